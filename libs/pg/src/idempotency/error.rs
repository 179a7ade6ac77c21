//! Why a call cannot be claimed.

use crate::PgError;

/// Why a call cannot be claimed.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The request id is not one.
    #[error("`request_id` must be 1 to 255 characters without NUL")]
    Malformed,
    /// The request id was used before, with another method or content.
    #[error("this request id was used before, for a call with another content; take a new one")]
    Reused,
    /// The call that uses this request id is not over yet; the same call may be answered soon.
    #[error("the first call with this request id is not over yet; repeat it in a moment")]
    InUse,
    /// The database did not do what it was asked.
    #[error("the request id could not be looked up")]
    Database(#[from] PgError),
}
