//! A runner that looks at the pull requests of a repository, as ours does, and tells what it saw.

use pullwright_pg::Queries as _;
use pullwright_proto::{
    job::{
        self as v1, JobKind, complete_job_request::Outcome, job::Spec,
        job_service_server::JobService as _, pull_request_sight::Sight,
    },
    proposal::PullRequestState,
};
use tonic::Request;

use super::{
    github::{Pull, State},
    ledger::second,
    scene::Scene,
};
use crate::harness::uuid;

/// Queues a look at everything, and makes it.
pub async fn look(scene: &Scene<'_>, repository: &str) {
    const DUE: &str = "
        WITH known AS (
            INSERT INTO repositories (id, host, owner, name, etag, has_webhook)
            VALUES ($1, 'https://github.com', 'acme', 'products-config', '', false)
            ON CONFLICT (id) DO NOTHING
        ), watched AS (
            INSERT INTO looks (kind, subject)
            VALUES ('reconcile_pull_requests', $1)
            ON CONFLICT (kind, subject) DO NOTHING
        ), lane AS (
            INSERT INTO lanes (key)
            SELECT 'read:reconcile:' || $1::uuid::text
            WHERE NOT EXISTS (
                SELECT FROM lanes
                WHERE key = 'read:reconcile:' || $1::uuid::text
            )
            ON CONFLICT (key) DO NOTHING
        )
        INSERT INTO jobs (id, kind, subject, generation, lane)
        VALUES (gen_random_uuid(), 'reconcile_pull_requests', $1, 0, 'read:reconcile:' || $1::uuid::text)
        ON CONFLICT (kind, subject) WHERE generation = 0 DO UPDATE
        SET ended_at = NULL, outcome = NULL, due_at = now(), attempt = 0, leased_epoch = NULL
        WHERE jobs.ended_at IS NOT NULL";
    const WATCHES: &str = "
        UPDATE pull_request_watches
        SET due_at = now()
        WHERE (proposal_id, generation) IN (
            SELECT proposal_id, generation
            FROM pull_request_watches
            WHERE repository_id = $1
            FOR NO KEY UPDATE SKIP LOCKED
        )";
    // One schedules at a time, as the schedule itself does.
    const TURN: &str = "SELECT pg_advisory_xact_lock(hashtextextended('schedule', 0))";
    let mut db = scene.ledger.harness.db().await;
    let tx = db.begin().await.unwrap();
    tx.query_one(TURN, &[]).await.unwrap();
    tx.execute(WATCHES, &[&uuid(repository)]).await.unwrap();
    tx.execute(DUE, &[&uuid(repository)]).await.unwrap();
    tx.commit().await.unwrap();
    drop(db);
    make(scene).await;
}

async fn make(scene: &Scene<'_>) {
    let jobs = &scene.ledger.jobs;
    let request = v1::LeaseJobsRequest {
        holder: "looker".to_owned(),
        kinds: vec![JobKind::ReconcilePullRequests.into()],
        max_jobs: 0,
        wait: None,
    };
    let leased = jobs.lease_jobs(Request::new(request)).await;
    let lease = scene.ledger.heard("LeaseJobs", leased).and_then(|leased| leased.lease);
    let Some(lease) = lease else { return };
    let job = &lease.jobs[0];
    let Some(Spec::ReconcilePullRequests(spec)) = &job.spec else { return };
    let sights = spec.watches.iter().filter_map(|watch| {
        let number = watch.pull_request.as_ref()?.number;
        let pull = scene.github().get(number).cloned()?;
        Some(v1::PullRequestSight {
            proposal_id: watch.proposal_id.clone(),
            generation: watch.generation,
            sight: Some(Sight::Seen(reference(&pull))),
            etag: String::new(),
        })
    });
    let request = v1::RecordSightsRequest {
        job_id: job.id.clone(),
        token: lease.token.clone(),
        sights: sights.collect(),
    };
    let told = jobs.record_sights(Request::new(request)).await;
    scene.ledger.heard("RecordSights", told);
    let request = v1::CompleteJobRequest {
        job_id: job.id.clone(),
        token: lease.token,
        outcome: Some(Outcome::Reconciled(v1::PullRequestsReconciled::default())),
        steps: vec![],
    };
    scene.ledger.heard("CompleteJob", jobs.complete_job(Request::new(request)).await);
}

/// A pull request as GitHub describes it.
pub fn reference(pull: &Pull) -> v1::PullRequestRef {
    let (state, merged_at) = match pull.state {
        State::Open => (PullRequestState::Open, None),
        State::Closed => (PullRequestState::Closed, None),
        State::Merged { at } => (PullRequestState::Merged, second(at)),
    };
    v1::PullRequestRef {
        state: state.into(),
        merged_at,
        updated_at: second(pull.updated_at),
        ..crate::runner::pull(pull.number, 0)
    }
}
