//! Deliveries as rows: what GitHub told us, with what came of it.

mod insert;
mod keep;
mod kept;
mod known;
mod shown;

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use uuid::Uuid;

pub use insert::insert;
pub use keep::{Age, counts, fold, forget};
pub use kept::{Kept, attempt, claim_due, early, find, lock, settle, unpark};
pub use known::{KNOWN, Known, TWINS, known, look_up, twins};
pub use shown::{Body, LISTED, Shown, body, listed, shown};

use crate::{
    domain::delivery::{BodyEncoding, HookKind, Outcome, PullRequestEvent},
    error::{Error, Result},
};

/// A delivery whose signature was verified.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Its id here.
    pub id: Uuid,
    /// Whose hook it came from.
    pub hook: HookKind,
    /// Whose secret matched: the repository or the App.
    pub owner_id: Uuid,
    /// The repository that it is about, when that is registered.
    pub repository_id: Option<Uuid>,
    /// The web address of the host that the secret belongs to.
    pub host: String,
    /// What the body calls the repository; empty when it says nothing.
    pub repository_full_name: String,
    /// GitHub's id of the repository, when the body says it.
    pub repository_github_id: Option<i64>,
    /// GitHub's id of the delivery.
    pub guid: String,
    /// The event's name.
    pub event: String,
    /// The event's action; empty when it has none.
    pub action: String,
    /// The headers, without signatures and credentials.
    pub headers: BTreeMap<String, String>,
    /// The body, compressed.
    pub body: Bytes,
    /// How.
    pub body_encoding: BodyEncoding,
    /// How many bytes it has before it is compressed.
    pub body_size: i64,
    /// The hash of the body.
    pub body_sha256: Bytes,
    /// What the event says about a pull request.
    pub pull_request: Option<PullRequestEvent>,
    /// When the last byte came in.
    pub received_at: Timestamp,
}

/// What came of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// In a word.
    pub outcome: Outcome,
    /// The proposal it was about.
    pub proposal_id: Option<Uuid>,
}

impl End {
    /// An end that is about no proposal.
    #[must_use]
    pub const fn of(outcome: Outcome) -> Self {
        Self { outcome, proposal_id: None }
    }
}

/// What is written down about what came of a delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// What came of it.
    pub end: End,
    /// Why it failed.
    pub error: Option<String>,
    /// In how many seconds it is tried again.
    pub again_in: Option<f64>,
    /// The delivery of the same event and body that came first, under another id.
    pub duplicate_of: Option<Uuid>,
}

impl From<End> for Ended {
    fn from(end: End) -> Self {
        Self { end, error: None, again_in: None, duplicate_of: None }
    }
}

fn outcome(word: &str) -> Result<Outcome> {
    Outcome::parse(word).ok_or_else(|| Error::unreadable("deliveries.outcome", word))
}
