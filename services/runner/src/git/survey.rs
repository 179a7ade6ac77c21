//! What stands in the folders of a branch.

use super::{Blob, Oid, Result};

/// What was seen at the tip of a branch.
#[derive(Debug)]
pub struct Survey {
    /// The tip.
    pub oid: Oid,
    /// The folders, in the order in which they were asked for.
    pub folders: Vec<Folder>,
}

/// A folder that was looked into.
#[derive(Debug)]
pub struct Folder {
    /// Its path.
    pub path: String,
    /// Its files of the asked kind, by name; `FileNotFound` or `PathRefused` when there is no such folder.
    pub files: Result<Vec<FolderFile>>,
    /// How many more of the kind there are, which were not read.
    pub more: usize,
}

/// A file of such a folder.
#[derive(Debug)]
pub struct FolderFile {
    /// Its path.
    pub path: String,
    /// Its content; `PathRefused` when it would not be edited.
    pub blob: Result<Blob>,
}
