//! Many pull requests at once, in few requests.

use std::{collections::BTreeMap, num::NonZeroUsize, time::Duration};

use pullwright_chaos::opened::{self, Opened};
use pullwright_forge::{NewPulls, PullChange, PullChanges, PullStep};
use pullwright_harness::{Service, Stack, StackOptions, WireOptions, Wired};
use pullwright_pg::{Pool, Queries as _, Settings};
use pullwright_testkit::wait;
use tokio::time::Instant;

use crate::system::logs;

/// Opens pull requests on the forge and proposals for them, and closes all on the forge; nobody is told.
async fn closed_unheard(stack: &Stack, pool: &Pool, wired: &Wired, count: usize) {
    let forge = stack.forge().unwrap();
    let new = NewPulls::numbered("pullwright/proposal-", count);
    let pulls = forge.create_pulls(&wired.repository, new).await.unwrap();
    let known: Vec<_> = pulls.iter().map(|pull| Opened::of(pull).unwrap()).collect();
    let close = |pull: &pullwright_forge::Pull| {
        PullChange::new(&wired.repository, pull.number, PullStep::Close)
    };
    let changes = PullChanges { changes: pulls.iter().map(close).collect(), per_second: None };
    forge.change_pulls(changes).await.unwrap();
    forge.clear_requests().await.unwrap();
    // From here on there is something to look at.
    opened::write(pool, wired, &stack.ports.forge_url(), &known).await.unwrap();
}

/// How long it takes until all are known to be closed, and how many requests of which kind that took.
async fn healed(
    stack: &Stack,
    pool: &Pool,
    wired: &Wired,
    within: Duration,
) -> (Duration, BTreeMap<String, u64>) {
    const OPEN: &str = "
        SELECT count(*) AS n
        FROM proposals
        WHERE config_repo_id = $1::text::uuid AND pr_state = 'open'";
    let started = Instant::now();
    let look = || async {
        let row = pool.client().await?.query_one(OPEN, &[&wired.config_repo_id]).await?;
        anyhow::Ok(row.get::<_, i64>("n") == 0)
    };
    wait::until("all are known to be closed", within, look).await.unwrap();
    (started.elapsed(), stack.forge().unwrap().counters().await.unwrap())
}

/// §18.2 AC-8.
#[tokio::test]
async fn ac_8_fifty_reconcile_in_few_requests_and_a_thousand_within_a_minute() {
    // What is closed is looked at again an hour later only, so that every request is one of the first look.
    let options = StackOptions::new(logs("many"))
        .with(Service::Proposal, "PROPOSAL_REPOSITORY_SYNC_EVERY", "500ms")
        .with(Service::Proposal, "PROPOSAL_ORPHAN_SWEEP_EVERY", "1h");
    let stack = Stack::start(options).await.unwrap();
    let pool = Pool::connect(&Settings {
        pool_size: NonZeroUsize::MIN,
        ..Settings::new(stack.postgres.url("pullwright_proposal"), "e2e")
    })
    .unwrap();
    for (name, count, seconds) in [("fifty", 50, 30), ("thousand", 1_000, 60)] {
        let options = WireOptions { webhook: false, ..WireOptions::new(name) };
        let wired = stack.wire(options).await.unwrap();
        closed_unheard(&stack, &pool, &wired, count).await;
        make_due(&pool).await;

        let within = Duration::from_secs(seconds);
        let (took, requests) = healed(&stack, &pool, &wired, within).await;

        let sum: u64 = requests.values().sum();
        println!("{count}: {} ms, {sum} requests: {requests:?}", took.as_millis());
        assert!(sum < 60, "{requests:?}");
    }
}

/// What the schedule would wait five minutes for.
async fn make_due(pool: &Pool) {
    const DUE: &str = "
        UPDATE pull_request_watches
        SET due_at = now()";
    pool.client().await.unwrap().batch_execute(DUE).await.unwrap();
}
