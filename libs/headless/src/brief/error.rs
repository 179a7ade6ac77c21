//! Why no brief can be written.

use crate::DocumentError;

/// A brief that is not written.
#[derive(Debug, thiserror::Error)]
pub enum BriefError {
    /// The word that is to set quoted text apart could be guessed or would not stand out.
    #[error("a boundary must be 16 to 64 random lower-case letters and digits")]
    Boundary,
    /// A text from GitHub holds the boundary.
    #[error("a quoted text holds the boundary; draw another")]
    BoundaryInText,
    /// Version 1 has no words for a review.
    #[error("a review can be briefed in contract version 2 only; let the agent's profile name it")]
    NeedsVersion2,
    /// A secret would stand in the brief.
    #[error("a secret would stand in the brief; only the environment may carry one")]
    Secret,
    /// The brief would not fit.
    #[error("the brief is larger than {limit} bytes")]
    TooLarge {
        /// Most bytes.
        limit: u64,
    },
    /// Schema or rules are not kept.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// It could not be written as JSON.
    #[error("the brief is not JSON")]
    Json(#[source] serde_json::Error),
}
