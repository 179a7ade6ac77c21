//! What git's own lines on standard error say about the remote. Lines that the server sent are not believed.

use crate::git::{GitError, command::Finished};

/// Why a command that speaks to the remote failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The remote has no ref of the name that was asked for, or is no git server.
    NoSuchRef,
    /// The credential was refused before anything was done.
    Auth,
    /// There is no such repository, or not for this credential.
    NotFound,
    /// The answer was a redirect.
    Redirect,
    /// What the remote sent did not pass the check.
    Malformed,
    /// The remote is away, asks to wait, broke off, or does not speak git.
    Remote,
    /// What the new commits stand on is not at the remote any more, so a push would need all of it.
    BaseGone,
    /// None of these: the reason may be on this machine.
    Unclear,
}

/// Reads standard error.
pub(super) fn fault(stderr: &str) -> Fault {
    let own = || stderr.split(['\n', '\r']).filter(|line| !line.starts_with("remote:"));
    let any = |words: &[&str]| own().any(|line| words.iter().any(|word| line.contains(word)));
    let status = own().find_map(http_status);
    if any(&["couldn't find remote ref"]) {
        Fault::NoSuchRef
    } else if any(&[
        "Authentication failed",
        "could not read Username",
        "could not read Password",
        "unable to get password from user",
    ]) {
        Fault::Auth
    } else if any(&["from promisor remote", "lazy fetching disabled"]) {
        Fault::BaseGone
    } else if matches!(status, Some(300..400))
        || any(&["unable to update url base from redirection"])
    {
        Fault::Redirect
    } else if status == Some(403) && !any(&["RPC failed"]) && !asks_to_wait(stderr) {
        Fault::Auth
    } else if own()
        .any(|line| line.starts_with("fatal: repository '") && line.ends_with("not found"))
    {
        Fault::NotFound
    } else if any(&["fsck error"]) {
        Fault::Malformed
    } else if any(DAMAGE) {
        Fault::Unclear
    } else if status.is_some() || any(REMOTE) {
        Fault::Remote
    } else {
        Fault::Unclear
    }
}

/// What git prints when its own folder is damaged; it may complain about the remote afterwards.
const DAMAGE: &[&str] = &[
    "error: index file",
    "error: packfile",
    "error: object file",
    "is corrupt",
    "bad shallow line",
    "bad config",
];

/// What git prints when the other side is the reason.
const REMOTE: &[&str] = &[
    "unable to access",
    "RPC failed",
    "remote end hung up",
    "unexpected disconnect",
    "early EOF",
    "Could not read from remote repository",
    "is this a git repository?",
    "protocol error",
    "bad line length",
    "remote error:",
    "not our ref",
    "invalid index-pack output",
    "unexpected http code",
    "expected flush",
    "expected 'packfile'",
    "did not send all necessary objects",
    "invalid server response",
    "not a git repository?",
    "connection timed out",
];

/// The number in `The requested URL returned error: 403`.
fn http_status(line: &str) -> Option<u16> {
    let (_, after) = line.split_once("requested URL returned error: ")?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Whether the server's words are about its rate limits: GitHub says so with the status of a refusal.
fn asks_to_wait(stderr: &str) -> bool {
    let text = stderr.to_ascii_lowercase();
    text.contains("rate limit") || text.contains("abuse detection")
}

/// The error of a command that speaks to the remote and reads from it.
pub(super) fn error(step: &'static str, finished: &Finished) -> GitError {
    let text = finished.text("");
    match fault(finished.stderr()) {
        Fault::Auth => GitError::AuthFailed { text },
        Fault::NotFound => GitError::RepositoryNotFound { text },
        Fault::Redirect => GitError::Redirected { text },
        Fault::Malformed => GitError::Malformed { text },
        Fault::Remote => GitError::Unreachable { text },
        Fault::NoSuchRef | Fault::BaseGone | Fault::Unclear => GitError::Failed { step, text },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_prints_is_told_apart() {
        for (stderr, is) in [
            ("fatal: couldn't find remote ref refs/heads/x\n", Fault::NoSuchRef),
            ("fatal: Authentication failed for 'https://h/o/r.git/'", Fault::Auth),
            (
                "fatal: could not read Username for 'https://h': terminal prompts disabled",
                Fault::Auth,
            ),
            (
                "fatal: unable to access 'https://h/': The requested URL returned error: 403",
                Fault::Auth,
            ),
            (
                "remote: You have exceeded a secondary rate limit\nfatal: unable to access 'https://h/': The requested URL returned error: 403",
                Fault::Remote,
            ),
            (
                "error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403",
                Fault::Remote,
            ),
            (
                "fatal: unable to access 'https://h/': The requested URL returned error: 302",
                Fault::Redirect,
            ),
            (
                "fatal: unable to access 'https://h/': The requested URL returned error: 503",
                Fault::Remote,
            ),
            ("fatal: repository 'https://h/o/r.git/' not found", Fault::NotFound),
            ("fatal: unable to access 'https://h/': Could not resolve host: h", Fault::Remote),
            ("fatal: bad object 0123", Fault::Unclear),
            (
                "error: index file /x/pack-1.idx is too small\nerror: h did not send all necessary objects",
                Fault::Unclear,
            ),
            (
                "error: object 01: duplicateEntries: x\nfatal: fsck error in packed object\nfatal: fetch-pack: invalid index-pack output",
                Fault::Malformed,
            ),
            ("fatal: unable to get password from user", Fault::Auth),
            (
                "fatal: could not fetch 0123 from promisor remote\nfatal: the remote end hung up unexpectedly",
                Fault::BaseGone,
            ),
            ("remote: fatal: Authentication failed for x\nfatal: early EOF", Fault::Remote),
        ] {
            assert_eq!(fault(stderr), is, "{stderr}");
        }
    }
}
