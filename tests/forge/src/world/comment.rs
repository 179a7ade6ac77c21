//! A comment on a pull request. It does not know its JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An issue comment, which is what a comment on a pull request's conversation is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Comment {
    /// Numeric id.
    pub id: u64,
    /// Number of the pull request.
    pub number: u64,
    /// Markdown text.
    pub body: String,
    /// Login of the writer.
    pub author: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
