//! The body of an answer, within a size and a time. Knows no meaning of it.

use reqwest::Response;
use tokio::time::{Instant, timeout_at};

/// Most bytes of a successful answer that are read.
pub(crate) const VALUE: usize = 10 * 1024 * 1024;
/// Most bytes of any other answer that are read; its words are cut far below that.
pub(crate) const REFUSAL: usize = 64 * 1024;

/// What was read.
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
}

/// Where reading ended.
pub(crate) enum End {
    /// At the end.
    Whole,
    /// At the cap, with more to come.
    TooLarge,
    /// Where the connection broke.
    Broken(reqwest::Error),
    /// When the time was over.
    TimedOut,
}

/// Reads to the end, the cap or the deadline; what came until then is kept in any case.
pub(crate) async fn read(mut response: Response, cap: usize, deadline: Instant) -> Body {
    let mut bytes = Vec::new();
    let end = loop {
        match timeout_at(deadline, response.chunk()).await {
            Ok(Ok(Some(chunk))) => {
                let room = cap - bytes.len();
                bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    break End::TooLarge;
                }
            }
            Ok(Ok(None)) => break End::Whole,
            Ok(Err(error)) => break End::Broken(error.without_url()),
            Err(_) => break End::TimedOut,
        }
    };
    Body { bytes, end }
}
