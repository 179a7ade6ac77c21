//! Creating a branch: the remote writes it only if it does not exist, and only what it reports is reported.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use super::{
    ProcessEngine,
    fault::{self, Fault},
    report,
    slots::Slot,
};
use crate::git::{
    Commits, GitError, Pushed, Remote, Result, branch,
    command::{Command, Finished},
};

/// Pushes commits as a new branch.
pub(super) async fn push_new(
    engine: &ProcessEngine,
    remote: &Remote,
    branch: &str,
    commits: &Commits,
) -> Result<Pushed> {
    let slot = Arc::clone(&commits.held).downcast::<Slot>().map_err(|_| GitError::ForeignBase)?;
    let full_name = branch::full_name(branch)?;
    let refspec = format!("{}:{full_name}", commits.head);
    let _turn = slot.turn.lock().await;
    // The empty expected value means: does not exist.
    match run(engine, remote, &slot.git_dir, &format!("{full_name}:"), &refspec).await {
        Ok(finished) => {
            let outcome = outcome(&finished, commits.head.as_str(), &full_name);
            let unclear = fault::fault(finished.stderr()) == Fault::Unclear;
            if unclear && matches!(outcome, Pushed::Unknown { .. }) {
                slot.suspect.store(true, Ordering::Relaxed);
            }
            Ok(outcome)
        }
        Err(error @ GitError::TimedOut { .. }) => Ok(Pushed::Unknown { text: error.to_string() }),
        Err(error) => Err(error),
    }
}

/// Pushes one ref if the remote has it at the expected value.
pub(super) async fn run(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &Path,
    expected: &str,
    refspec: &str,
) -> Result<Finished> {
    let lease = format!("--force-with-lease={expected}");
    let command = Command {
        step: "push",
        args: vec!["push", "--porcelain", "--no-recurse-submodules", &lease, "origin", refspec],
        git_dir,
        remote: Some(remote),
        input: None,
        limit: engine.launcher.settings().limits.push,
        most_output: 64 << 10,
    };
    engine.launcher.run(command).await
}

fn outcome(finished: &Finished, head: &str, full_name: &str) -> Pushed {
    let stdout = String::from_utf8_lossy(&finished.stdout);
    let line = report::about(&stdout, head, full_name);
    match line.as_ref().map(|line| (line.flag, line.summary)) {
        Some(('*', "[new branch]")) if finished.success && report::is_whole(&stdout) => {
            Pushed::Created
        }
        Some(('=', _)) => Pushed::RefusedExists,
        Some(('!', summary)) => refused(summary, finished),
        _ => match fault::fault(finished.stderr()) {
            Fault::BaseGone => Pushed::BaseGone,
            Fault::Auth => Pushed::AuthFailed { text: finished.text("") },
            _ => Pushed::Unknown { text: finished.text(&stdout) },
        },
    }
}

fn refused(summary: &str, finished: &Finished) -> Pushed {
    let text = || finished.text(summary);
    if summary.starts_with("[rejected]") || summary.contains("already exists") {
        Pushed::RefusedExists
    } else if summary.contains("shallow update not allowed") {
        Pushed::BaseGone
    } else if finished.stderr().contains("; cannot create") {
        Pushed::Refused { text: text() }
    } else if !summary.starts_with("[remote rejected]") || may_pass(summary) {
        Pushed::Unknown { text: text() }
    } else {
        Pushed::Refused { text: text() }
    }
}

/// Whether the server's reason is about the moment, such as a lost race or an error of its own, and not about the push.
fn may_pass(summary: &str) -> bool {
    let summary = summary.to_ascii_lowercase();
    [
        "failed to update ref",
        "cannot lock ref",
        "failed to lock",
        "internal",
        "unpacker error",
        "timeout",
        "timed out",
    ]
    .iter()
    .any(|words| summary.contains(words))
}
