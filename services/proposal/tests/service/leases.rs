//! Leases: who has a lane, for how long, and what comes with it.

use std::{
    collections::{BTreeSet, HashSet},
    time::{Duration, Instant},
};

use futures::future::join_all;
use pullwright_proto::{error::ErrorReason, job as v1};
use pullwright_testkit::wait::until;

use crate::{
    harness::{Harness, fields, reason},
    runner::{Runner, after, closed, opened, pull},
};

const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough to do something in it, short enough to wait for its end.
const SHORT: Duration = Duration::from_secs(1);

async fn short_leases() -> Harness {
    Harness::start_with(|settings| settings.lease_duration = SHORT).await
}

async fn queued(ledger: &Harness) -> String {
    let proposal = ledger.manual().await;
    ledger.open(&proposal.id).await.unwrap();
    proposal.id
}

/// A proposal in a lane of its own.
async fn queued_elsewhere(ledger: &Harness, name: &str) -> String {
    let cluster_id = ledger.registry.wired_cluster(name);
    let request =
        pullwright_proto::proposal::CreateProposalRequest { cluster_id, ..ledger.manual_request() };
    let proposal = ledger.create(request).await.unwrap();
    ledger.open(&proposal.id).await.unwrap();
    proposal.id
}

#[tokio::test]
async fn a_lease_brings_all_that_is_needed_to_open_the_pull_request() {
    let ledger = Harness::start().await;
    let id = queued(&ledger).await;
    let work = Runner::of(&ledger, "one").one().await;
    assert_eq!(
        (work.lease.epoch, work.job.attempt, work.job.kind()),
        (1, 1, v1::JobKind::OpenPullRequest)
    );
    assert_eq!(work.lease.duration.unwrap().seconds, 30);
    assert!(!work.job.request_id.is_empty());

    let spec = work.open();
    let proposal = spec.proposal.as_ref().unwrap();
    assert_eq!((proposal.id.as_str(), spec.generation), (id.as_str(), 1));
    assert_eq!(
        (proposal.config_diff[0].key.as_str(), proposal.config_diff[0].to_json.as_str()),
        ("boost", "2.50")
    );
    assert_eq!(
        (spec.branch.clone(), spec.brand.as_str()),
        (format!("pullwright/proposal-{id}"), "pullwright")
    );
    let target = spec.target.as_ref().unwrap();
    assert_eq!(work.lease.lane, format!("push:{}", target.repository_id));
    assert_eq!((target.name.as_str(), target.base_branch.as_str()), ("products-config", "main"));
    assert_eq!(
        (target.config_path.as_str(), target.declared_params_json.as_str()),
        ("configs/products", crate::harness::DECLARED)
    );
    let identity = spec.identity.as_ref().unwrap();
    assert_eq!(
        (identity.name.as_str(), identity.email.as_str()),
        ("pullwright-bot", "bot@example.com")
    );
    assert_eq!(spec.committed_at.unwrap().nanos, 0);
    assert!(spec.announced.is_empty() && spec.pull_request.is_none() && spec.objective.is_none());
}

#[tokio::test]
async fn a_study_backed_job_brings_the_objective_and_the_best_trials() {
    let ledger = Harness::start().await;
    let study = crate::studies::finished_study(&ledger);
    let study = ledger.studies().create_study(study).await.unwrap().into_inner();
    ledger.open(&study.proposal_id).await.unwrap();
    let work = Runner::of(&ledger, "one").one().await;
    let spec = work.open();
    let proposal = spec.proposal.as_ref().unwrap();
    assert!(spec.objective.is_some() && proposal.digest.is_some() && proposal.study.is_some());
    assert!(!proposal.metric_delta.is_empty() && spec.trial_count > 0);
    let best = spec.best_trials.first().expect("a best trial");
    assert_eq!(best.id, proposal.study_trial_id);
    assert!(spec.best_trials.iter().all(|trial| trial.per_query_metrics_json.is_empty()));
}

#[tokio::test]
async fn runners_that_ask_at_once_never_share_a_lane() {
    let ledger = Harness::start().await;
    for lane in 0..6 {
        for _ in 0..3 {
            let cluster_id = match lane {
                0 => ledger.cluster.clone(),
                lane => ledger.registry.wired_cluster(&format!("lane-{lane}")),
            };
            let request = pullwright_proto::proposal::CreateProposalRequest {
                cluster_id,
                ..ledger.manual_request()
            };
            let proposal = ledger.create(request).await.unwrap();
            ledger.open(&proposal.id).await.unwrap();
        }
    }
    let lanes = 1 + 5 * 3;
    let leases = join_all((0..16).map(|number| {
        let runner = Runner::of(&ledger, &format!("runner-{number}"));
        async move {
            let mut leases = vec![];
            while let Some(lease) = runner.lease().await {
                leases.push(lease);
            }
            leases
        }
    }));
    let leases = leases.await.concat();
    let leased: HashSet<_> = leases.iter().map(|lease| lease.lane.clone()).collect();
    assert_eq!((leases.len(), leased.len()), (lanes, lanes), "each lane went to one runner");
    let jobs: Vec<_> =
        leases.iter().flat_map(|lease| &lease.jobs).map(|job| job.id.clone()).collect();
    assert_eq!(
        (jobs.len(), jobs.iter().collect::<HashSet<_>>().len()),
        (18, 18),
        "each job went out once"
    );
    assert!(leases.iter().all(|lease| lease.epoch == 1));
}

#[tokio::test]
async fn one_lane_is_fought_for_and_handed_on_without_ever_being_shared() {
    let ledger = Harness::start().await;
    let mut ids = BTreeSet::new();
    for _ in 0..24 {
        ids.insert(queued(&ledger).await);
    }
    let runs = join_all((0..8).map(|number| {
        let runner = Runner::of(&ledger, &format!("runner-{number}"));
        let ledger = &ledger;
        async move {
            let mut epochs = vec![];
            let mut numbers = 0;
            while epochs.len() < 24 {
                let request = v1::LeaseJobsRequest { max_jobs: 1, ..runner.request() };
                let Some(lease) = runner.ask(request).await.unwrap() else {
                    let left = ledger.db().await;
                    let left = pullwright_pg::Queries::query_one(
                        &left,
                        "SELECT count(*) AS n FROM jobs WHERE ended_at IS NULL",
                        &[],
                    )
                    .await
                    .unwrap();
                    if left.get::<_, i64>("n") == 0 {
                        break;
                    }
                    continue;
                };
                numbers += 1;
                let work = runner.work(&lease, &lease.jobs[0]);
                work.opened(pull(number * 1000 + numbers, 1))
                    .await
                    .expect("the lane is ours alone");
                epochs.push(lease.epoch);
            }
            epochs
        }
    }));
    let mut epochs = runs.await.concat();
    epochs.sort_unstable();
    assert_eq!(epochs, (1..=24).collect::<Vec<_>>(), "the epoch grows by one with each lease");
}

#[tokio::test]
async fn a_lease_that_ended_makes_its_jobs_leasable_again_and_its_token_worthless() {
    let ledger = short_leases().await;
    let id = queued(&ledger).await;
    let (sleeper, other) = (Runner::of(&ledger, "sleeper"), Runner::of(&ledger, "other"));
    let old = sleeper.one().await;
    assert!(other.lease().await.is_none(), "the lane is taken");
    let lease = until("the lease ends", PATIENCE, || other.lease()).await.unwrap();
    let new = other.work(&lease, &lease.jobs[0]);
    assert_eq!(
        (new.lease.lane.as_str(), new.lease.epoch, new.job.attempt),
        (old.lease.lane.as_str(), 2, 2)
    );
    assert_eq!(new.job.id, old.job.id);
    assert_ne!(new.lease.token, old.lease.token);

    assert_eq!(reason(old.announce('b').await), ErrorReason::LeaseLost);
    assert_eq!(reason(old.opened(pull(7, 1)).await), ErrorReason::LeaseLost);
    assert_eq!(reason(old.fail(after(SHORT)).await), ErrorReason::LeaseLost);
    assert_eq!(reason(sleeper.renew(&old.lease).await), ErrorReason::LeaseLost);
    assert_eq!(ledger.kinds(&id).await, ["proposal_created", "open_requested", "lease_lost"]);

    assert!(new.announce('b').await.unwrap());
    new.opened(pull(7, 1)).await.unwrap();
}

#[tokio::test]
async fn a_token_is_worthless_once_its_time_is_up_though_nobody_took_the_lane() {
    let ledger = short_leases().await;
    queued(&ledger).await;
    let work = Runner::of(&ledger, "one").one().await;
    assert!(work.announce('b').await.unwrap());
    let lost = until("the lease ends", PATIENCE, || async {
        work.announce('b').await.err().map(|refusal| refusal.reason)
    });
    assert_eq!(lost.await.unwrap(), ErrorReason::LeaseLost);
    assert_eq!(reason(work.runner.renew(&work.lease).await), ErrorReason::LeaseLost);
    assert_eq!(reason(work.opened(pull(7, 1)).await), ErrorReason::LeaseLost);
}

#[tokio::test]
async fn a_lease_that_is_renewed_outlives_its_first_time() {
    let ledger = short_leases().await;
    queued(&ledger).await;
    let (holder, other) = (Runner::of(&ledger, "holder"), Runner::of(&ledger, "other"));
    let work = holder.one().await;
    let started = Instant::now();
    while started.elapsed() < SHORT * 2 {
        assert_eq!(holder.renew(&work.lease).await.unwrap(), SHORT);
        assert!(other.wait(Duration::from_millis(100)).await.is_none());
    }
    work.opened(pull(7, 1)).await.unwrap();
}

#[tokio::test]
async fn a_lease_holds_at_most_sixteen_jobs_and_the_rest_waits_for_its_end() {
    let ledger = Harness::start().await;
    for _ in 0..19 {
        queued(&ledger).await;
    }
    let (one, other) = (Runner::of(&ledger, "one"), Runner::of(&ledger, "other"));
    let lease = one.lease().await.unwrap();
    assert_eq!(lease.jobs.len(), 16);
    for (number, job) in (1..).zip(&lease.jobs) {
        assert!(other.lease().await.is_none(), "the lane is taken until its last job ended");
        one.work(&lease, job).opened(pull(number, 1)).await.unwrap();
    }
    assert_eq!(
        reason(one.renew(&lease).await),
        ErrorReason::LeaseLost,
        "the lane was freed at once"
    );
    let rest = other.lease().await.unwrap();
    assert_eq!((rest.jobs.len(), rest.epoch), (3, 2));
}

#[tokio::test]
async fn the_more_urgent_lane_goes_first_then_the_older_one() {
    let ledger = Harness::start().await;
    let old = queued(&ledger).await;
    let young = queued_elsewhere(&ledger, "young").await;
    let urgent = queued_elsewhere(&ledger, "urgent").await;
    ledger.sql("UPDATE jobs SET priority = 5 WHERE subject = $1", &urgent).await;
    let runner = Runner::of(&ledger, "one");
    for expected in [urgent, old, young] {
        assert_eq!(runner.one().await.open().proposal.as_ref().unwrap().id, expected);
    }
}

#[tokio::test]
async fn a_revoked_lease_is_lost_at_once_and_its_jobs_are_leasable() {
    let ledger = Harness::start().await;
    let id = queued(&ledger).await;
    let (one, other) = (Runner::of(&ledger, "one"), Runner::of(&ledger, "other"));
    let work = one.one().await;
    assert_eq!(other.revoke(&work.lease.lane).await.unwrap(), (2, true));
    assert_eq!(reason(work.announce('b').await), ErrorReason::LeaseLost);
    assert_eq!(reason(one.renew(&work.lease).await), ErrorReason::LeaseLost);
    assert_eq!(other.revoke(&work.lease.lane).await.unwrap(), (3, false), "nobody had it any more");
    let lease = other.lease().await.expect("at once");
    assert_eq!((lease.epoch, lease.jobs[0].attempt), (4, 2));
    let kinds = ledger.kinds(&id).await;
    assert_eq!(
        kinds,
        ["proposal_created", "open_requested", "lease_revoked", "lease_revoked", "lease_lost"]
    );
    let events = ledger.events(&id).await;
    let revoked = events.iter().find(|event| event.kind == "lease_revoked").unwrap();
    assert_eq!(revoked.actor, "olga", "who asked the runner for it");
    assert_eq!(other.revoke("push:nowhere").await.unwrap(), (0, false));
}

#[tokio::test]
async fn a_waiting_runner_gets_a_job_that_is_queued_meanwhile() {
    let ledger = Harness::start().await;
    let runner = Runner::of(&ledger, "one");
    let waiting = tokio::spawn(async move { runner.wait(Duration::from_secs(30)).await });
    let id = queued(&ledger).await;
    let lease = tokio::time::timeout(PATIENCE, waiting).await.unwrap().unwrap().expect("a lease");
    assert!(lease.jobs.iter().all(|job| !job.id.is_empty()), "{id}");
}

#[tokio::test]
async fn a_waiting_runner_gets_a_job_when_its_time_comes() {
    let ledger = Harness::start().await;
    queued(&ledger).await;
    let runner = Runner::of(&ledger, "one");
    let work = runner.one().await;
    assert!(work.fail(after(Duration::from_millis(1500))).await.unwrap());
    assert!(runner.lease().await.is_none(), "it is not due yet");
    let started = Instant::now();
    let lease = runner.wait(Duration::from_secs(30)).await.expect("a lease");
    assert!(started.elapsed() < PATIENCE);
    assert_eq!((lease.epoch, lease.jobs[0].attempt), (2, 1), "the attempt was not counted");
}

#[tokio::test]
async fn a_lease_is_counted_from_when_it_was_asked_for() {
    let ledger = Harness::start().await;
    queued(&ledger).await;
    let work = Runner::of(&ledger, "one").one().await;
    assert!(work.fail(after(Duration::from_secs(2))).await.unwrap());

    let asked = Instant::now();
    let lease = work.runner.wait(Duration::from_secs(30)).await.unwrap();
    let took = asked.elapsed();
    let duration = Duration::try_from(lease.duration.unwrap()).unwrap();
    let own = Duration::from_secs(30);
    assert!(duration > own + Duration::from_secs(1), "{duration:?} after {took:?}");
    assert!(duration <= own + took, "{duration:?} after {took:?}: never more than is left");
}

#[tokio::test]
async fn a_waiting_runner_is_sent_away_when_the_ledger_stops_or_its_time_is_up() {
    let ledger = Harness::start().await;
    let runner = Runner::of(&ledger, "one");
    assert!(runner.wait(Duration::from_millis(50)).await.is_none());
    let waiting = tokio::spawn(async move { runner.wait(Duration::from_secs(30)).await });
    let asked = "
        SELECT count(*) > 0 AS asked
        FROM pg_stat_activity
        WHERE query LIKE '%min(GREATEST(jobs.due_at%'
          AND pid <> pg_backend_pid()
          AND datname = current_database()";
    let db = ledger.db().await;
    until("the runner waits", PATIENCE, || async {
        pullwright_pg::Queries::query_one(&db, asked, &[])
            .await
            .map(|row| row.get::<_, bool>("asked"))
    })
    .await
    .unwrap();
    drop(ledger);
    let answered =
        tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("sent away").unwrap();
    assert!(answered.is_none());
}

#[tokio::test]
async fn a_runner_gets_only_the_kinds_that_it_takes() {
    let ledger = Harness::start().await;
    let id = queued(&ledger).await;
    let runner = Runner::of(&ledger, "one");
    let only =
        |kind: v1::JobKind| v1::LeaseJobsRequest { kinds: vec![kind.into()], ..runner.request() };
    assert!(runner.ask(only(v1::JobKind::ClosePullRequest)).await.unwrap().is_none());
    let lease = runner.ask(only(v1::JobKind::OpenPullRequest)).await.unwrap().expect("a lease");
    ledger.reject(&id, "no").await.unwrap();
    runner.work(&lease, &lease.jobs[0]).complete(opened(pull(7, 1))).await.unwrap();
    assert!(runner.ask(only(v1::JobKind::OpenPullRequest)).await.unwrap().is_none());
    let lease = runner.ask(only(v1::JobKind::ClosePullRequest)).await.unwrap().expect("a lease");
    runner.work(&lease, &lease.jobs[0]).complete(closed(None)).await.unwrap();
}

#[tokio::test]
async fn malformed_questions_name_their_fields() {
    let ledger = Harness::start().await;
    let runner = Runner::of(&ledger, "one");
    let request = v1::LeaseJobsRequest {
        holder: String::new(),
        kinds: vec![99],
        max_jobs: 17,
        wait: Some(prost_types::Duration { seconds: -1, nanos: 0 }),
    };
    assert_eq!(fields(runner.ask(request).await), ["holder", "kinds", "max_jobs", "wait"]);
    let request = v1::LeaseJobsRequest { kinds: vec![], ..runner.request() };
    assert_eq!(fields(runner.ask(request).await), ["kinds"]);
    let request = v1::LeaseJobsRequest { kinds: vec![0], ..runner.request() };
    assert_eq!(fields(runner.ask(request).await), ["kinds"]);
}
