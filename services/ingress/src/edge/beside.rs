//! Work that takes long for large bodies, done where it holds nobody up.

use super::error::ApiError;

/// From this size on hashing, compressing and parsing take longer than handing them over.
const LARGE: usize = 64 * 1024;

/// Does `work` on a body of this many bytes: here when it is small, on a thread of its own when it is large.
///
/// The thread does not know the request's span, so `work` does not log.
pub(crate) async fn beside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    if bytes < LARGE {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "work on a large body ended early");
        ApiError::internal()
    })
}
