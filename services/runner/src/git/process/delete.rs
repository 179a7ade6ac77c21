//! Deleting a branch by a push that names its old commit: whoever pushed to it in between keeps the branch.

use super::{
    ProcessEngine,
    fault::{self, Fault},
    open_base, push, report, tip,
};
use crate::git::{Deleted, GitError, Oid, Remote, Result, branch};

/// Deletes the branch if it is at `expected`. After anything unclear the tip decides what is said.
pub(super) async fn delete_branch(
    engine: &ProcessEngine,
    remote: &Remote,
    branch: &str,
    expected: &Oid,
) -> Result<Deleted> {
    let full_name = branch::full_name(branch)?;
    let refused = {
        let slot = engine.slots.of(remote);
        let _turn = slot.turn.lock().await;
        open_base::ready(engine, &slot).await?;
        let lease = format!("{full_name}:{expected}");
        let finished =
            push::run(engine, remote, &slot.git_dir, &lease, &format!(":{full_name}")).await?;
        let stdout = String::from_utf8_lossy(&finished.stdout);
        match report::about(&stdout, "", &full_name)
            .or(report::about(&stdout, "(delete)", &full_name))
        {
            Some(line) if line.flag == '-' && finished.success && report::is_whole(&stdout) => {
                return Ok(Deleted::Deleted);
            }
            Some(line) if line.summary.starts_with("[remote rejected]") => {
                GitError::PushRefused { text: finished.text(line.summary) }
            }
            _ => match fault::fault(finished.stderr()) {
                Fault::Unclear | Fault::NoSuchRef | Fault::BaseGone => {
                    GitError::Unreachable { text: finished.text(&stdout) }
                }
                _ => fault::error("push", &finished),
            },
        }
    };
    match tip::tip(engine, remote, branch).await? {
        None => Ok(Deleted::AlreadyGone),
        Some(tip) if tip != *expected => Ok(Deleted::TipMoved),
        Some(_) => Err(refused),
    }
}
