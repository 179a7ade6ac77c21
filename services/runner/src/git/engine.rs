//! What an engine can do. Every call is safe to make twice.

use futures::future::BoxFuture;

use super::{
    Base, Blob, Commits, Compared, Deleted, NewCommit, Oid, Pushed, Remote, Result, Survey,
};

/// Git work on remote repositories; the caller holds the repository's lock for all that writes.
pub trait Engine: Send + Sync + 'static {
    /// The commit that a branch points to; `None` when there is no branch of exactly this name.
    fn tip<'a>(&'a self, remote: &'a Remote, branch: &'a str)
    -> BoxFuture<'a, Result<Option<Oid>>>;

    /// Fetches the tip of the base branch and reads the file at `path` from it.
    ///
    /// Refuses a path through anything but folders, anything but a regular file at its end, a file with a `filter`
    /// attribute and a Git LFS pointer. `writes` are further paths that the commit will write: they may be absent,
    /// but what exists of them is held to the same rules.
    fn open_base<'a>(
        &'a self,
        remote: &'a Remote,
        branch: &'a str,
        path: &'a str,
        writes: &'a [String],
    ) -> BoxFuture<'a, Result<Base>>;

    /// Makes the commits one on top of the other, the first on the base; nothing leaves the machine.
    ///
    /// The same input gives the same ids, on every machine and by every engine.
    fn commit<'a>(
        &'a self,
        remote: &'a Remote,
        base: &'a Base,
        commits: &'a [NewCommit],
    ) -> BoxFuture<'a, Result<Commits>>;

    /// The unified diff of the base's file up to the last commit, as `git diff` prints it; empty when it is the same.
    fn diff<'a>(&'a self, base: &'a Base, commits: &'a Commits) -> BoxFuture<'a, Result<String>>;

    /// The same between two commits that the remote has, with the tree of the second.
    fn compare<'a>(
        &'a self,
        remote: &'a Remote,
        from: &'a Oid,
        to: &'a Oid,
        path: &'a str,
    ) -> BoxFuture<'a, Result<Compared>>;

    /// Looks into folders at the tip of a branch: the files whose names end with `suffix`, each held to the rules of a base.
    fn survey<'a>(
        &'a self,
        remote: &'a Remote,
        branch: &'a str,
        folders: &'a [String],
        suffix: &'a str,
    ) -> BoxFuture<'a, Result<Survey>>;

    /// Asks the remote whether this credential may push to it, as a push would ask; nothing is pushed.
    fn may_push<'a>(&'a self, remote: &'a Remote) -> BoxFuture<'a, Result<()>>;

    /// Creates a branch; one that exists is never moved.
    fn push_new<'a>(
        &'a self,
        remote: &'a Remote,
        branch: &'a str,
        commits: &'a Commits,
    ) -> BoxFuture<'a, Result<Pushed>>;

    /// Whether `tip` is one of `candidates` or has one among its last few hundred ancestors.
    fn descends_from<'a>(
        &'a self,
        remote: &'a Remote,
        tip: &'a Oid,
        candidates: &'a [Oid],
    ) -> BoxFuture<'a, Result<bool>>;

    /// Deletes a branch if it points to `expected`, in one step at the remote.
    fn delete_branch<'a>(
        &'a self,
        remote: &'a Remote,
        branch: &'a str,
        expected: &'a Oid,
    ) -> BoxFuture<'a, Result<Deleted>>;

    /// The file at `path` in a commit that the remote has; `None` when it or a folder of it is absent.
    fn blob_at<'a>(
        &'a self,
        remote: &'a Remote,
        commit: &'a Oid,
        path: &'a str,
    ) -> BoxFuture<'a, Result<Option<Blob>>>;
}
