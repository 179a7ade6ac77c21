//! Where the reference's data layer breaks (§22.3), beside what stands with its subject: `live`, `reject_proposal`, `superseding`,
//! `chains`, `digests`.

use pullwright_pg::Queries as _;
use pullwright_proto::error::ErrorReason;

use crate::{
    harness::{Harness, reason},
    moves::expire,
    runner::{Runner, pull},
};

/// The reference holds a connection and a transaction while a runner clones, pushes and talks to GitHub.
#[tokio::test]
async fn work_that_runs_holds_no_connection_and_no_transaction() {
    const MANY: usize = 10;
    let ledger =
        Harness::start_with(|settings| settings.database.pool_size = 1.try_into().unwrap()).await;
    let runner = Runner::of(&ledger, "one");
    let mut works = Vec::new();
    for number in 0..MANY {
        let cluster_id = ledger.registry.wired_cluster(&format!("cluster-{number}"));
        let mut request = ledger.manual_request();
        request.cluster_id = cluster_id;
        let id = ledger.create(request).await.unwrap().id;
        ledger.open(&id).await.unwrap();
        works.push(runner.one().await);
    }
    const HELD: &str = "
        SELECT count(*) AS n
        FROM pg_stat_activity
        WHERE datname = current_database()
          AND pid <> pg_backend_pid()
          AND (state LIKE 'idle in transaction%' OR wait_event_type = 'Lock')";
    let held: i64 = ledger.db().await.query_one(HELD, &[]).await.unwrap().get("n");
    assert_eq!(held, 0);
    // All of them are running, and the one connection does for everybody.
    ledger.manual().await;
    for (work, number) in works.iter().zip(1..) {
        work.opened(pull(number, 1)).await.unwrap();
    }
}

/// The reference notices nothing when it loses its lock, and pushes and writes all the same.
#[tokio::test]
async fn a_runner_that_lost_its_lane_neither_pushes_nor_writes() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    ledger.open(&id).await.unwrap();
    let late = Runner::of(&ledger, "late").one().await;
    expire(&ledger).await;
    let next = Runner::of(&ledger, "next").one().await;
    assert_eq!(reason(late.announce('b').await), ErrorReason::LeaseLost);
    assert_eq!(reason(late.opened(pull(7, 1)).await), ErrorReason::LeaseLost);
    next.opened(pull(8, 1)).await.unwrap();
    assert_eq!(ledger.get(&id).await.unwrap().pull_request_number, 8);
}
