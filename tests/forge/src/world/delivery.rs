//! What was sent to a hook and what came back. Members are named as in GitHub's hook delivery.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One attempt to tell a hook of an event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    /// Numeric id of the attempt.
    pub id: u64,
    /// GUID of the event, the same for all hooks and for redeliveries.
    pub guid: String,
    /// Repository it tells of.
    pub repository_id: u64,
    /// Hook it was for.
    pub hook_id: u64,
    /// When it was sent, or queued while `status` is `pending`.
    pub delivered_at: Timestamp,
    /// Whether it repeats an earlier one.
    pub redelivery: bool,
    /// How long it took, seconds.
    pub duration: f64,
    /// `pending`, `OK`, `Invalid HTTP Response: <code>`, `timed out`, `failed to connect to host` or `not sent`.
    pub status: String,
    /// Status of the answer, 0 when there was none.
    pub status_code: u16,
    /// Event name.
    pub event: String,
    /// Action within the event.
    pub action: Option<String>,
    /// What was sent.
    pub request: DeliveryRequest,
    /// What came back.
    pub response: DeliveryResponse,
}

impl Delivery {
    /// Says whether it has ended, well or badly.
    pub fn is_done(&self) -> bool {
        self.status != "pending"
    }
}

/// What was sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DeliveryRequest {
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// Body as sent, the bytes that were signed.
    pub body: String,
}

/// What came back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DeliveryResponse {
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// At most the first 64 KiB of the body.
    pub body: String,
}
