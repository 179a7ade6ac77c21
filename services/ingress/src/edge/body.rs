//! Bodies, read as they come, no further than their limit and no more of them at once than memory is set aside for.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body as Incoming,
    http::{HeaderMap, StatusCode, header},
};
use http_body_util::BodyExt as _;
use pullwright_proto::error::ErrorReason;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::ApiError;

/// How long a whole body may take.
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// The memory of all bodies together, in steps: 256 MiB. It is taken as bytes come in, so announcing much takes nothing.
const STEPS: usize = 4096;
const STEP: usize = 64 * 1024;

/// The memory that is set aside for bodies.
#[derive(Debug, Clone)]
pub(crate) struct Room(Arc<Semaphore>);

/// A body with its room, which is given back when the body is dropped.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(STEPS)))
    }
}

impl Room {
    /// Reads at most `limit` bytes; a body that announces more is refused before any of it is read.
    pub(crate) async fn read(
        &self,
        headers: &HeaderMap,
        body: Incoming,
        limit: usize,
    ) -> Result<Body, ApiError> {
        let announced = announced(headers);
        if announced.is_some_and(|length| length > limit as u64) {
            return Err(too_large(limit));
        }
        // Capacity that is not written to costs nothing, and growing would double it for a moment.
        let capacity = announced.and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let read = Body { bytes: Vec::with_capacity(capacity.min(limit)), room: None };
        let collected = self.collect(read, body, limit);
        tokio::time::timeout(TIME_LIMIT, collected).await.unwrap_or_else(|_| {
            let text = format!("the body did not come within {} s", TIME_LIMIT.as_secs());
            Err(ApiError::http(StatusCode::REQUEST_TIMEOUT, text))
        })
    }

    async fn collect(
        &self,
        mut read: Body,
        mut body: Incoming,
        limit: usize,
    ) -> Result<Body, ApiError> {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| {
                tracing::info!(%error, "a body ended early");
                ApiError::http(StatusCode::BAD_REQUEST, "the body ended early")
            })?;
            let Ok(data) = frame.into_data() else { continue };
            let length = read.bytes.len() + data.len();
            if length > limit {
                return Err(too_large(limit));
            }
            self.grow(&mut read.room, length)?;
            read.bytes.extend_from_slice(&data);
        }
        Ok(read)
    }

    /// Takes the room that `length` bytes need beyond what is held.
    fn grow(&self, room: &mut Option<OwnedSemaphorePermit>, length: usize) -> Result<(), ApiError> {
        let held = room.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = length.div_ceil(STEP).saturating_sub(held);
        if missing == 0 {
            return Ok(());
        }
        let missing = u32::try_from(missing).unwrap_or(u32::MAX);
        let more = self.0.clone().try_acquire_many_owned(missing).map_err(|_| {
            tracing::warn!("refused a body, the memory for bodies is used up");
            ApiError::unavailable("too many large bodies at once; try again in a moment")
        })?;
        match room {
            Some(room) => room.merge(more),
            None => *room = Some(more),
        }
        Ok(())
    }
}

/// The media type that the headers name, without its parameters; none when there is no such header or more than one.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    value.to_str().ok()?.split(';').next().map(str::trim)
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> ApiError {
    let text = format!("the body is larger than {} MiB", limit / (1024 * 1024));
    ApiError::new(ErrorReason::PayloadTooLarge, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(room: &Room, bytes: usize, limit: usize) -> Result<Body, ApiError> {
        room.read(&HeaderMap::new(), Incoming::from(vec![b'x'; bytes]), limit).await
    }

    #[tokio::test]
    async fn room_is_taken_by_what_comes_and_given_back() {
        let room = Room(Arc::new(Semaphore::new(2)));
        let first = read(&room, STEP + 1, 4 * STEP).await.expect("there is room");
        assert_eq!(room.0.available_permits(), 0);
        assert!(read(&room, 1, STEP).await.expect_err("no room").message().contains("at once"));
        drop(first);
        assert_eq!(
            read(&room, 2 * STEP, 4 * STEP).await.expect("room again").bytes.len(),
            2 * STEP
        );
        assert_eq!(room.0.available_permits(), 2);
    }

    #[tokio::test]
    async fn a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() {
        let room = Room::default();
        assert!(read(&room, 100, 100).await.is_ok());
        assert_eq!(read(&room, 101, 100).await.expect_err("too large").code(), "PAYLOAD_TOO_LARGE");
        let announced =
            HeaderMap::from_iter([(header::CONTENT_LENGTH, "101".parse().expect("a value"))]);
        assert!(room.read(&announced, Incoming::empty(), 100).await.is_err());
    }
}
