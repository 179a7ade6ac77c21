//! The same call again gets the first answer again, also after a restart: answers stay in Redis for a day (AIP-155).
//!
//! Knows neither calls nor their answers, only bytes. Where Redis forgets, a call is decided anew.

mod script;

use std::time::Duration;

use redis::aio::ConnectionManager;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

const PREFIX: &str = "pullwright:answer:";
/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a call may be under way before somebody may begin it anew: longer than any call takes.
const UNDER_WAY: Duration = Duration::from_secs(60);
/// The longest request id, in characters.
const LONGEST: usize = 255;

/// The answers that were given; cheap to clone.
#[derive(Clone)]
pub struct Repeats {
    redis: ConnectionManager,
}

/// A call as it is told from others.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Who calls: a role, or a person.
    pub caller: &'a str,
    /// The request id; when empty, nothing is kept.
    pub request_id: &'a str,
    /// The method.
    pub method: &'a str,
    /// The encoded request, without its request id.
    pub content: &'a [u8],
}

/// What is to be done with a call.
#[derive(Debug)]
pub enum Claim {
    /// It is the first of its kind; once it has its answer, the place is for that.
    New(Option<Place>),
    /// It was answered so.
    Answered(Vec<u8>),
}

/// Where the answer to a call belongs.
#[derive(Debug)]
pub struct Place {
    /// The key in Redis.
    pub key: String,
    /// Proves that the place is still this call's.
    pub mark: String,
}

/// Why a call is neither new nor answered.
#[derive(Debug, thiserror::Error)]
pub enum RepeatError {
    /// The request id is malformed.
    #[error("the request id must be 1 to 255 characters without NUL")]
    Malformed,
    /// The same request id came with another content before.
    #[error("the request id was used before with another content")]
    Reused,
    /// The first call is not over.
    #[error("the first call with this request id is not over yet")]
    InUse,
    /// Redis is away or answers nonsense.
    #[error("redis did not answer as hoped")]
    Redis(#[from] redis::RedisError),
}

impl Repeats {
    /// Keeps answers at the other end of `redis`.
    #[must_use]
    pub fn new(redis: ConnectionManager) -> Self {
        Self { redis }
    }

    /// Takes the place of a call, or finds its answer.
    pub async fn claim(&self, call: &Call<'_>) -> Result<Claim, RepeatError> {
        if call.request_id.is_empty() {
            return Ok(Claim::New(None));
        }
        if call.request_id.chars().count() > LONGEST || call.request_id.contains('\0') {
            return Err(RepeatError::Malformed);
        }
        let place = Place {
            key: format!("{PREFIX}{}", hash(&[call.caller.as_bytes(), call.request_id.as_bytes()])),
            mark: Uuid::now_v7().to_string(),
        };
        let mut claim = script::CLAIM.key(&place.key);
        claim.arg(hash(&[call.method.as_bytes(), call.content])).arg(&place.mark);
        claim.arg(milliseconds(UNDER_WAY));
        let (found, answer): (String, Option<Vec<u8>>) =
            claim.invoke_async(&mut self.redis.clone()).await?;
        match (found.as_str(), answer) {
            ("new", _) => Ok(Claim::New(Some(place))),
            ("answered", Some(answer)) => Ok(Claim::Answered(answer)),
            ("reused", _) => Err(RepeatError::Reused),
            _ => Err(RepeatError::InUse),
        }
    }

    /// Gives a place back that gets no answer: the call was refused, and is decided anew when it comes again.
    pub async fn give_back(&self, place: Place) -> Result<(), RepeatError> {
        let mut give_back = script::GIVE_BACK.key(&place.key);
        give_back.arg(&place.mark);
        Ok(give_back.invoke_async(&mut self.redis.clone()).await?)
    }
}

impl Place {
    /// How long an answer is kept, in milliseconds.
    #[must_use]
    pub fn kept_for() -> u64 {
        milliseconds(KEPT)
    }
}

/// The SHA-256 of parts, in hex; each part ends with its length, so that none can pass into the next.
fn hash(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update((part.len() as u64).to_be_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_pass_into_each_other() {
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
        assert_eq!(hash(&[b"a"]).len(), 64);
    }
}
