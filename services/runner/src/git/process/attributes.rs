//! Files that a filter rewrites, Git LFS above all, are not edited: their blobs are not what people see.

use std::path::Path;

use super::ProcessEngine;
use crate::git::{GitError, Oid, Result, command::Command, path, version};

/// What every Git LFS pointer begins with.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Whether the content stands for another one that Git LFS keeps.
pub(super) fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(LFS_POINTER)
}

/// Whether an attributes file could assign a filter at all; most cannot, and then git need not be asked.
pub(super) fn may_filter(attributes: &[u8]) -> bool {
    attributes.windows(6).any(|word| word == b"filter")
}

/// Refuses a path to which the commit's `.gitattributes`, which must be here, assign a filter.
pub(super) async fn refuse_filtered(
    engine: &ProcessEngine,
    git_dir: &Path,
    commit: &Oid,
    paths: &[&str],
) -> Result<()> {
    const RULE: &str = "is rewritten by a filter, as .gitattributes say";
    if engine.version < version::ATTRIBUTES_OF_A_COMMIT {
        // This git cannot say for which files, so the mention decides.
        return Err(path::refused(paths.first().unwrap_or(&""), RULE));
    }
    let source = format!("--source={commit}");
    let settings = engine.launcher.settings();
    let command = Command {
        step: "check-attr",
        args: [&["check-attr", "-z", source.as_str(), "filter", "--"], paths].concat(),
        git_dir,
        remote: None,
        input: None,
        limit: settings.limits.local,
        most_output: 1 << 20,
    };
    let finished = engine.launcher.run(command).await?;
    let text = String::from_utf8_lossy(&finished.stdout);
    // Triples of path, attribute, value.
    let words: Vec<&str> = text.split_terminator('\0').collect();
    if !finished.success || words.len() != 3 * paths.len() {
        return Err(GitError::Failed { step: "check-attr", text: finished.text("") });
    }
    match words.chunks(3).find(|triple| !matches!(triple[2], "unspecified" | "unset")) {
        Some(triple) => Err(path::refused(triple[0], RULE)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_and_a_mention_are_recognised() {
        assert!(is_lfs_pointer(b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n"));
        assert!(!is_lfs_pointer(b"{}"));
        assert!(may_filter(b"*.png filter=lfs diff=lfs"));
        assert!(!may_filter(b"* text=auto\n"));
    }
}
