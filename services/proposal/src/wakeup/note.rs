//! What replicas tell each other: channel and payload of a notification.

use std::collections::BTreeSet;

use uuid::Uuid;

/// The channel that tells of jobs.
pub(super) const JOBS: &str = "pullwright_jobs";
/// The channel that tells of events.
pub(super) const EVENTS: &str = "pullwright_events";
/// Most proposals of one notification: its payload must stay below 8,000 bytes.
const MOST: usize = 200;

/// The payloads that tell of these proposals.
pub(super) fn events(replica: &str, proposals: &BTreeSet<Uuid>) -> Vec<String> {
    let ids: Vec<_> = proposals.iter().map(Uuid::to_string).collect();
    ids.chunks(MOST).map(|ids| format!("{replica} {}", ids.join(","))).collect()
}

/// Reads such a payload: who tells, and of which proposals. What is no id is left out.
pub(super) fn read(payload: &str) -> (&str, Vec<Uuid>) {
    let (replica, ids) = payload.split_once(' ').unwrap_or((payload, ""));
    (replica, ids.split(',').filter_map(|id| id.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_understood_and_fits() {
        let ids: BTreeSet<_> = (0..450).map(Uuid::from_u128).collect();
        let replica = Uuid::nil().to_string();
        let payloads = events(&replica, &ids);
        assert_eq!(payloads.len(), 3);
        assert!(payloads.iter().all(|payload| payload.len() < 8_000));
        let heard: BTreeSet<_> = payloads.iter().flat_map(|payload| read(payload).1).collect();
        assert_eq!((heard, read(&payloads[0]).0), (ids, replica.as_str()));
        assert_eq!(read("somebody"), ("somebody", vec![]));
    }
}
