//! How large a document may be.

/// Bounds that are held before a document is parsed, or while it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a brief or result; more is refused unread.
    pub bytes: u64,
    /// Most levels of arrays and objects within each other.
    pub depth: usize,
}

impl Default for Limits {
    /// 1 MiB, which holds the longest texts that GitHub takes several times, and 16 levels, of which the contract uses four.
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 16 }
    }
}
