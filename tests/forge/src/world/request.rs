//! What is kept of each request: never a credential, only that there was one and of which kind.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Requests beyond this many push the oldest out; a soak test must not eat the machine.
const KEPT: usize = 50_000;

/// One request that the forge received.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequestRecord {
    /// Place in the order of arrival, from 1.
    pub sequence: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// Method.
    pub method: String,
    /// Name of the route, such as `pulls.create`.
    pub route: String,
    /// Path.
    pub path: String,
    /// Query string without the question mark.
    pub query: String,
    /// Status of the answer, 0 when none was given.
    pub status: u16,
    /// How long it took to begin the answer, milliseconds.
    pub duration_ms: u64,
    /// User-Agent header.
    pub user_agent: Option<String>,
    /// Scheme of the Authorization header, in lower case: `basic`, `bearer`, `token`.
    pub authorization: Option<String>,
    /// Names of all headers, sorted.
    pub header_names: Vec<String>,
    /// Id of the fault that met it.
    pub fault: Option<u64>,
}

/// The requests so far and how many there were per route.
#[derive(Default)]
pub(crate) struct RequestLog {
    records: VecDeque<RequestRecord>,
    counters: BTreeMap<String, u64>,
    statuses: StatusCounters,
    last: u64,
}

/// How many requests of each route were answered with each status, 0 when without one.
pub type StatusCounters = BTreeMap<String, BTreeMap<u16, u64>>;

impl RequestLog {
    /// Takes in a request that has arrived; returns its place in the order.
    pub(crate) fn arrived(&mut self, mut record: RequestRecord) -> u64 {
        self.last += 1;
        record.sequence = self.last;
        *self.counters.entry(record.route.clone()).or_default() += 1;
        if self.records.len() == KEPT {
            self.records.pop_front();
        }
        self.records.push_back(record);
        self.last
    }

    /// Notes what became of a request.
    pub(crate) fn answered(&mut self, sequence: u64, route: &str, status: u16, duration_ms: u64) {
        let statuses = self.statuses.entry(route.to_owned()).or_default();
        *statuses.entry(status).or_default() += 1;
        if let Some(entry) = self.entry(sequence) {
            entry.status = status;
            entry.duration_ms = duration_ms;
        }
    }

    fn entry(&mut self, sequence: u64) -> Option<&mut RequestRecord> {
        let first = self.records.front()?.sequence;
        self.records.get_mut(usize::try_from(sequence.checked_sub(first)?).ok()?)
    }

    /// Returns the requests that are still kept, the oldest first.
    pub(crate) fn records(&self) -> Vec<RequestRecord> {
        self.records.iter().cloned().collect()
    }

    /// Returns how many requests each route had.
    pub(crate) fn counters(&self) -> BTreeMap<String, u64> {
        self.counters.clone()
    }

    /// Returns how many requests of each route were answered with each status.
    pub(crate) fn statuses(&self) -> StatusCounters {
        self.statuses.clone()
    }

    /// Forgets requests and counters; places go on counting.
    pub(crate) fn clear(&mut self) {
        self.statuses.clear();
        self.records.clear();
        self.counters.clear();
    }
}
