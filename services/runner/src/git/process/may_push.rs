//! Whether a push would be let in. The remote decides that when a push begins, before anything is sent.

use super::{
    ProcessEngine,
    fault::{self, Fault},
    open_base,
};
use crate::git::{Remote, Result, command::Command};

/// A branch that nobody has; a dry run names it and does not make it.
const NOBODYS: &str = ":refs/heads/pullwright/nobody-has-this-branch";

/// Begins a push that would delete a branch which does not exist, as a dry run: the remote is asked for its branches as for any
/// push, and then nothing is left to do.
pub(super) async fn may_push(engine: &ProcessEngine, remote: &Remote) -> Result<()> {
    let slot = engine.slots.of(remote);
    let _turn = slot.turn.lock().await;
    open_base::ready(engine, &slot).await?;
    let command = Command {
        step: "push",
        args: vec![
            "push",
            "--dry-run",
            "--porcelain",
            "--no-recurse-submodules",
            "origin",
            NOBODYS,
        ],
        git_dir: &slot.git_dir,
        remote: Some(remote),
        input: None,
        limit: engine.launcher.settings().limits.fetch,
        most_output: 64 << 10,
    };
    let finished = engine.launcher.run(command).await?;
    let is_past_the_door = finished.success
        || (fault::fault(finished.stderr()) == Fault::Unclear
            && finished.stderr().contains("remote ref does not exist"));
    if is_past_the_door { Ok(()) } else { Err(fault::error("push", &finished)) }
}
