//! What became of a push.

/// What the remote reported about a branch that was to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pushed {
    /// The remote reported the branch as new, at exactly the commit that was pushed.
    Created,
    /// The branch exists, at whatever commit: nothing was written. Its tip tells whose it is.
    RefusedExists,
    /// The server will not have it: a rule, a hook, a protected branch, a name in the way. The text is the server's.
    Refused {
        /// What the server said, redacted, at most 2,000 characters.
        text: String,
    },
    /// The base is no longer known to the server, as after a forced push: start again from the base.
    BaseGone,
    /// The credential may not push; nothing was written.
    AuthFailed {
        /// What the server said, redacted, at most 2,000 characters.
        text: String,
    },
    /// The branch may or may not have been created; only its tip tells.
    Unknown {
        /// What git printed, redacted, at most 2,000 characters.
        text: String,
    },
}

/// What became of a branch that was to be deleted at a known commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// The remote reported it as deleted.
    Deleted,
    /// There is no such branch.
    AlreadyGone,
    /// It points elsewhere: it was left alone.
    TipMoved,
}
