//! Many proposals of one repository at once: a queue instead of a fight for a lock.

use std::time::{Duration, Instant};

use pullwright_harness::WireOptions;

use super::boost;
use crate::system;

/// What the reference system took for the same on a machine like this, and it wasted most of it on waiting.
const REFERENCE: [(usize, Duration); 2] =
    [(10, Duration::from_secs(46)), (40, Duration::from_secs(114))];

#[tokio::test]
async fn ten_and_forty_proposals_of_one_repository_are_opened_at_the_first_attempt_each() {
    for (number, within) in REFERENCE {
        let options = WireOptions { webhook: false, ..WireOptions::new(&format!("many-{number}")) };
        let system = system::wired(options).await;
        let mut proposals = Vec::new();
        for at in 0..number {
            proposals.push(system.propose(boost(at)).await);
        }

        let began = Instant::now();
        futures::future::join_all(proposals.iter().map(|proposal| system.open(proposal))).await;
        for proposal in &proposals {
            system.until(proposal, "pr_opened").await;
        }
        let took = began.elapsed();

        assert!(took < within, "{number} took {took:?}");
        assert_eq!(system.pulls().await.len(), number);
        for proposal in &proposals {
            let opened = system.event(proposal, "pull_request_opened").await;
            assert_eq!(opened["facts"]["attempt"], "1", "{opened}");
            for wasted in ["attempt_failed", "lease_lost"] {
                assert_eq!(system.count(proposal, wasted).await, 0, "{proposal}: {wasted}");
            }
        }
    }
}
