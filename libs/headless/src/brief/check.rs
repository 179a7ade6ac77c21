//! Rules of a brief that its schema cannot say.

use super::Brief;
use crate::DocumentError;

/// Holds a brief against them, on either side.
pub(super) fn rules(brief: &Brief) -> Result<(), DocumentError> {
    let require = |holds: bool, field: &str, rule: &'static str| {
        if holds { Ok(()) } else { Err(DocumentError::rule(field, rule)) }
    };
    require(
        brief.trigger == brief.task.trigger(),
        "/trigger",
        "the trigger and the task's kind do not belong together",
    )?;
    require(
        is_plain_url(&brief.repo.clone_url),
        "/repo/clone_url",
        "must be an https address without user, query and fragment (http on loopback only)",
    )?;
    require(
        pullwright_types::names::branch(&brief.repo.default_branch).is_ok(),
        "/repo/default_branch",
        "must be a branch name that git takes",
    )?;
    require(
        brief.workspace.root.split('/').all(|part| part != ".."),
        "/workspace/root",
        "must be an absolute path without `..`",
    )
}

fn is_plain_url(url: &str) -> bool {
    const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];
    let legal =
        url.bytes().all(|c| c.is_ascii_graphic() && !matches!(c, b'@' | b'?' | b'#' | b'\\'));
    let host = |rest: &str| rest.split('/').next().is_some_and(|host| !host.is_empty());
    let is_loopback = |rest: &str| {
        LOOPBACK
            .iter()
            .any(|name| rest.strip_prefix(name).is_some_and(|after| after.starts_with(['/', ':'])))
    };
    legal
        && (url.strip_prefix("https://").is_some_and(host)
            || url.strip_prefix("http://").is_some_and(is_loopback))
}
