//! Files that a filter rewrites, Git LFS above all, are not edited: their blobs are not what people see.

use std::path::Path;

use super::ProcessEngine;
use crate::git::{
    GitError, Oid, Result,
    command::{Command, Finished},
    path,
};

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

/// Refuses a path to which the attributes files, given with their paths, assign a filter; their blobs are here.
pub(super) async fn refuse_filtered(
    engine: &ProcessEngine,
    git_dir: &Path,
    files: &[(String, Oid)],
    paths: &[&str],
) -> Result<()> {
    // An index of nothing but them: every git reads attributes from one, and only a newer one from a commit.
    let index = git_dir.join("index");
    match tokio::fs::remove_file(&index).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(GitError::Io { step: "data folder", source: error });
        }
        _ => {}
    }
    let entries: String =
        files.iter().map(|(path, oid)| format!("100644 {oid}\t{path}\0")).collect();
    let update = vec!["update-index", "-z", "--index-info"];
    run(engine, git_dir, "update-index", update, Some(entries.into_bytes())).await?;
    let check = [&["check-attr", "-z", "--cached", "filter", "--"], paths].concat();
    let finished = run(engine, git_dir, "check-attr", check, None).await?;
    let text = String::from_utf8_lossy(&finished.stdout);
    // Triples of path, attribute, value.
    let words: Vec<&str> = text.split_terminator('\0').collect();
    if words.len() != 3 * paths.len() {
        return Err(GitError::Failed { step: "check-attr", text: finished.text(&text) });
    }
    match words.chunks(3).find(|triple| !matches!(triple[2], "unspecified" | "unset")) {
        Some(triple) => {
            Err(path::refused(triple[0], "is rewritten by a filter, as .gitattributes say"))
        }
        None => Ok(()),
    }
}

async fn run(
    engine: &ProcessEngine,
    git_dir: &Path,
    step: &'static str,
    args: Vec<&str>,
    input: Option<Vec<u8>>,
) -> Result<Finished> {
    let limit = engine.launcher.settings().limits.local;
    let command = Command { step, args, git_dir, remote: None, input, limit, most_output: 1 << 20 };
    let finished = engine.launcher.run(command).await?;
    if finished.success {
        Ok(finished)
    } else {
        Err(GitError::Failed { step, text: finished.text("") })
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
