//! What was sent to a hook and what came back. Members are named as in GitHub's hook delivery.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One attempt to tell a hook of an event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    /// Numeric id of the attempt.
    pub id: u64,
    /// GUID of the event, the same for all hooks and for redeliveries.
    pub guid: String,
    /// Repository it tells of; 0 when it tells of none.
    pub repository_id: u64,
    /// Hook it was for.
    pub hook_id: u64,
    /// App that the hook belongs to; none for a repository's hook.
    #[serde(default)]
    pub app_id: Option<u64>,
    /// Installation through which the App hears of it.
    #[serde(default)]
    pub installation_id: Option<u64>,
    /// When it was sent, or queued while `status` is `pending`.
    pub delivered_at: Timestamp,
    /// Whether it repeats an earlier one.
    pub redelivery: bool,
    /// How long it took, seconds.
    pub duration: f64,
    /// `pending`, `OK`, `Invalid HTTP Response: <code>`, `timed out`, `failed to connect to host`, `not sent`, or
    /// `vanished` for one that is in no log that GitHub shows.
    pub status: String,
    /// Status of the answer; 504 when it did not come in time, 502 when there was no connection, 0 when not sent.
    pub status_code: u16,
    /// Event name.
    pub event: String,
    /// Action within the event.
    pub action: Option<String>,
    /// Where it was sent.
    #[serde(default)]
    pub url: String,
    /// What was sent.
    pub request: DeliveryRequest,
    /// What came back.
    pub response: DeliveryResponse,
}

/// Status of a delivery that has not ended.
pub(crate) const PENDING: &str = "pending";

impl Delivery {
    /// Says whether it has ended, well or badly.
    pub fn is_done(&self) -> bool {
        self.status != PENDING
    }

    /// Says whether the receiver took it.
    pub fn is_ok(&self) -> bool {
        self.status == "OK"
    }
}

/// What was sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DeliveryRequest {
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// Body as sent, the bytes that were signed; shared by all deliveries of an event.
    #[serde(with = "shared_text")]
    pub body: Arc<str>,
}

/// What came back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DeliveryResponse {
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// At most the first 64 KiB of the body.
    pub body: String,
}

/// How many deliveries there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryCounts {
    /// All attempts.
    pub total: u64,
    /// Those that have not ended.
    pub pending: u64,
    /// Those that the receiver took.
    pub ok: u64,
    /// Those that ended otherwise.
    pub failed: u64,
    /// Those that repeat an earlier one.
    pub redeliveries: u64,
}

mod shared_text {
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        String::deserialize(from).map(Arc::from)
    }
}
