//! Whether a branch was built on commits of ours: history without folders or files, in a repository of its own.

use super::{ProcessEngine, fetch, folder, open_base};
use crate::git::{GitError, Oid, Remote, Result, command::Command};

/// How many commits back are looked at.
const DEPTH: u32 = 250;

/// Looks for one of the candidates among the tip and its ancestors.
pub(super) async fn descends_from(
    engine: &ProcessEngine,
    remote: &Remote,
    tip: &Oid,
    candidates: &[Oid],
) -> Result<bool> {
    if candidates.contains(tip) {
        return Ok(true);
    }
    if candidates.is_empty() {
        return Ok(false);
    }
    let slot = engine.slots.of(remote);
    let _turn = slot.turn.lock().await;
    // Commits without folders must not get among those that are built on, so nothing is kept.
    open_base::discard(&slot.history_dir).await?;
    folder::ready(&slot.history_dir, false, usize::MAX)
        .await
        .map_err(|source| GitError::Io { step: "data folder", source })?;
    let ancestors = ancestors(engine, remote, &slot.history_dir, tip).await;
    open_base::discard(&slot.history_dir).await?;
    Ok(ancestors?.iter().any(|ancestor| candidates.contains(ancestor)))
}

async fn ancestors(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &std::path::Path,
    tip: &Oid,
) -> Result<Vec<Oid>> {
    const STEP: &str = "rev-list";
    fetch::commit(engine, remote, git_dir, tip, "refs/look/at", DEPTH, "tree:0").await?;
    let finished = engine
        .launcher
        .run(Command {
            step: STEP,
            args: vec!["rev-list", tip.as_str(), "--"],
            git_dir,
            remote: None,
            input: None,
            limit: engine.launcher.settings().limits.local,
            most_output: 16 << 20,
        })
        .await?;
    if !finished.success {
        return Err(GitError::Failed { step: STEP, text: finished.text("") });
    }
    let text = String::from_utf8_lossy(&finished.stdout);
    text.lines()
        .map(Oid::parse)
        .collect::<Result<_, _>>()
        .map_err(|_| GitError::Failed { step: STEP, text: finished.text("") })
}
