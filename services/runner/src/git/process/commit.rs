//! Committing by `fast-import`: no index, no work tree, no credential; nothing leaves the machine.

use std::sync::Arc;

use super::{ProcessEngine, import, open_base, slots::Slot};
use crate::git::{Base, Commits, GitError, NewCommit, Oid, Result, command::Command};

/// Makes the commits; a folder in which that fails is thrown away, so that the next attempt begins anew.
pub(super) async fn commit(
    engine: &ProcessEngine,
    base: &Base,
    commits: &[NewCommit],
) -> Result<Commits> {
    let slot = Arc::clone(&base.held).downcast::<Slot>().map_err(|_| GitError::ForeignBase)?;
    if commits.is_empty() {
        return Err(GitError::CommitRefused { rule: "is missing" });
    }
    let stream = import::stream(&base.oid, commits)?;
    let _turn = slot.turn.lock().await;
    let result = import(engine, &slot, stream).await;
    if result.as_ref().is_err_and(GitError::blames_the_folder) {
        open_base::discard(&slot.git_dir).await?;
    }
    let (head, tree) = result?;
    Ok(Commits { head, tree, held: Arc::clone(&slot) as _ })
}

async fn import(engine: &ProcessEngine, slot: &Slot, stream: Vec<u8>) -> Result<(Oid, Oid)> {
    const STEP: &str = "fast-import";
    let finished = engine
        .launcher
        .run(Command {
            step: STEP,
            args: vec![
                "fast-import",
                "--quiet",
                "--done",
                "--force",
                "--cat-blob-fd=1",
                "--date-format=raw",
            ],
            git_dir: &slot.git_dir,
            remote: None,
            input: Some(stream),
            limit: engine.launcher.settings().limits.local,
            most_output: 1 << 10,
        })
        .await?;
    let text = String::from_utf8_lossy(&finished.stdout);
    match import::answer(&text) {
        Some(made) if finished.success => Ok(made),
        _ => Err(GitError::Failed { step: STEP, text: finished.text(&text) }),
    }
}
