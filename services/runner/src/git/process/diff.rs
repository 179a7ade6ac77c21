//! The diff of one file between two commits that are here: git's own, so that everybody gets the same with their git.

use std::{path::Path, sync::Arc};

use super::{ProcessEngine, slots::Slot};
use crate::git::{Base, Commits, GitError, Oid, Result, command::Command};

const STEP: &str = "diff";

/// Git's defaults, said aloud: neither a setting nor a later default changes what is hashed. Whole ids, since how far git cuts
/// them depends on what else is in the folder.
const DEFAULTS: [&str; 12] = [
    "diff",
    "--full-index",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--unified=3",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
    "--dst-prefix=b/",
];

/// How many digits of an id git shows in a repository of up to some 16,000 objects.
const ID_DIGITS: usize = 7;

/// The diff of what was committed on a base.
pub(super) async fn diff(engine: &ProcessEngine, base: &Base, commits: &Commits) -> Result<String> {
    let slot = Arc::clone(&commits.held).downcast::<Slot>().map_err(|_| GitError::ForeignBase)?;
    let _turn = slot.turn.lock().await;
    between(engine, &slot.git_dir, &base.oid, &commits.head, &base.path).await
}

/// The diff between two commits whose versions of the file are here.
pub(super) async fn between(
    engine: &ProcessEngine,
    git_dir: &Path,
    from: &Oid,
    to: &Oid,
    path: &str,
) -> Result<String> {
    let settings = engine.launcher.settings();
    let finished = engine
        .launcher
        .run(Command {
            step: STEP,
            args: [&DEFAULTS[..], &[from.as_str(), to.as_str(), "--", path]].concat(),
            git_dir,
            remote: None,
            input: None,
            limit: settings.limits.local,
            // Each line once as it was and once as it is, and its sign.
            most_output: 4 * settings.largest_blob,
        })
        .await?;
    if !finished.success {
        return Err(GitError::Failed { step: STEP, text: finished.text("") });
    }
    Ok(with_short_ids(&String::from_utf8_lossy(&finished.stdout)))
}

/// The patch with its blobs' ids cut as git cuts them by default.
fn with_short_ids(patch: &str) -> String {
    let Some(start) = patch.find("\nindex ").map(|at| at + "\nindex ".len()) else {
        return patch.to_owned();
    };
    let (before, rest) = patch.split_at(start);
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    let (ids, mode) = line.split_once(' ').unwrap_or((line, ""));
    let short: Vec<&str> = ids.split("..").map(|id| id.get(..ID_DIGITS).unwrap_or(id)).collect();
    format!("{before}{} {mode}\n{after}", short.join(".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_cut_in_the_header_and_nowhere_else() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let lines = format!("--- a/p\n+++ b/p\n@@ -1 +1 @@\n-x\n+\nindex {one}..{two} 100644\n");
        let patch = format!("diff --git a/p b/p\nindex {one}..{two} 100644\n{lines}");
        let short = format!("diff --git a/p b/p\nindex 1111111..2222222 100644\n{lines}");
        assert_eq!(with_short_ids(&patch), short);
        assert_eq!(with_short_ids(""), "");
    }
}
