//! What differs between two commits of the remote.

use super::Oid;

/// A file in two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The unified diff of the file, as `git diff` prints it; empty when it is the same.
    pub patch: String,
    /// The tree of the second commit.
    pub tree: Oid,
}
