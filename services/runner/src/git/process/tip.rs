//! Where a branch points to now: the only proof of what a push did.

use std::path::Path;

use super::{ProcessEngine, fault, open_base};
use crate::git::{GitError, Oid, Remote, Result, branch, command::Command};

/// The tip of the branch of exactly this name.
pub(super) async fn tip(
    engine: &ProcessEngine,
    remote: &Remote,
    branch: &str,
) -> Result<Option<Oid>> {
    let slot = engine.slots.of(remote);
    let _turn = slot.turn.lock().await;
    open_base::ready(engine, &slot).await?;
    look(engine, remote, &slot.git_dir, &branch::full_name(branch)?).await
}

/// The commit that the ref of this full name points to, in a folder that is ready.
pub(super) async fn look(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &Path,
    full_name: &str,
) -> Result<Option<Oid>> {
    const STEP: &str = "ls-remote";
    let finished = engine
        .launcher
        .run(Command {
            step: STEP,
            args: vec!["ls-remote", "--quiet", "origin", "HEAD", full_name],
            git_dir,
            remote: Some(remote),
            input: None,
            limit: engine.launcher.settings().limits.fetch,
            most_output: 1 << 20,
        })
        .await?;
    if !finished.success {
        return Err(fault::error(STEP, &finished));
    }
    let text = String::from_utf8_lossy(&finished.stdout);
    match (exactly(&text, full_name), exactly(&text, "HEAD")) {
        (Some(oid), _) => match Oid::parse(oid) {
            Ok(oid) => Ok(Some(oid)),
            Err(_) => Err(GitError::Failed { step: STEP, text: finished.text(&text) }),
        },
        (None, Some(_)) => Ok(None),
        // Git takes a web page for a repository without branches, and so must not be believed.
        (None, None) => Err(GitError::Unreachable {
            text: finished
                .text("no branch at all: the repository is empty, or this is no git server"),
        }),
    }
}

/// The id before this full name: git matches the end of names too, so `x/refs/heads/y` could stand beside.
fn exactly<'t>(lines: &'t str, full_name: &str) -> Option<&'t str> {
    lines
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .find_map(|(oid, name)| (name == full_name).then_some(oid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_only_ends_alike_is_another_branch() {
        let lines = "1111\trefs/heads/x/refs/heads/y\n2222\trefs/heads/y\n";
        assert_eq!(exactly(lines, "refs/heads/y"), Some("2222"));
        assert_eq!(exactly("1111\trefs/heads/x/refs/heads/y\n", "refs/heads/y"), None);
    }
}
