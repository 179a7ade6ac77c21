//! A base to build on: one commit, one file in it, and whatever the engine keeps for the commit that follows.

use std::{any::Any, fmt, sync::Arc};

use super::Oid;

/// A regular file's mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `100644`.
    Regular,
    /// `100755`.
    Executable,
}

impl Mode {
    /// The mode as trees spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "100644",
            Self::Executable => "100755",
        }
    }

    /// The mode that a tree entry spells; `None` for all but regular files.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "100644" => Some(Self::Regular),
            "100755" => Some(Self::Executable),
            _ => None,
        }
    }
}

/// A file as it stands in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// The object's id; equal ids are equal contents.
    pub oid: Oid,
    /// The file's mode, to be kept.
    pub mode: Mode,
    /// The content, at most the engine's cap.
    pub bytes: Vec<u8>,
}

/// A base commit with the file that is to be edited; keep it until the push is done.
#[derive(Clone)]
pub struct Base {
    /// The commit that the base branch pointed to.
    pub oid: Oid,
    /// The file's path.
    pub path: String,
    /// The file.
    pub blob: Blob,
    /// What the engine needs to commit on top; other engines cannot read it.
    pub(super) held: Held,
}

/// Engine state that stays alive as long as a value that needs it.
pub(super) type Held = Arc<dyn Any + Send + Sync>;

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Base")
            .field("oid", &self.oid)
            .field("path", &self.path)
            .field("bytes", &self.blob.bytes.len())
            .finish_non_exhaustive()
    }
}
