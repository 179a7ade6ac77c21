//! Rejecting: before, while and after its pull request is being opened.

use pullwright_pg::Queries as _;
use pullwright_proto::{
    error::ErrorReason,
    job::{PullRequestRef, record_progress_request::Progress},
    proposal as v1,
};
use pullwright_rpc::Context;
use rstest::rstest;

use crate::{
    harness::{Harness, fields, reason, uuid},
    hook::Hook,
    runner::{closed, pull},
    scene::Scene,
};

/// A runner holds the proposal's lane and works on its job.
const LEASED: &str = "
    WITH lane AS (
        UPDATE lanes
        SET epoch = epoch + 1, token = gen_random_uuid(), holder = 'runner', expires_at = now() + interval '30 s'
        WHERE key = (SELECT lane FROM jobs WHERE subject = $1)
        RETURNING epoch
    )
    UPDATE jobs
    SET leased_epoch = lane.epoch, leased_wanted = wanted
    FROM lane
    WHERE subject = $1";
const ANNOUNCED: &str = "
    INSERT INTO announcements (proposal_id, generation, base_oid, head_oid)
    VALUES ($1, 1, repeat('a', 40), repeat('b', 40))";
const KNOWN: &str = "
    UPDATE generations
    SET pr_number = 7, pr_url = 'https://github.com/acme/x/pull/7', pr_state = 'open'
    WHERE proposal_id = $1";

/// §18.3 AC-5.
#[tokio::test]
async fn a_pending_proposal_is_rejected_once() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    let rejected = ledger.reject(&proposal.id, " too risky ").await.unwrap();
    assert_eq!(
        (rejected.status(), rejected.rejected_reason.as_str()),
        (v1::ProposalStatus::Rejected, "too risky")
    );
    let again = ledger.reject(&proposal.id, "again").await.unwrap_err();
    assert_eq!(again.reason, ErrorReason::InvalidStateTransition);
    assert!(again.message.contains("is rejected"), "{again}");
    assert_eq!(ledger.get(&proposal.id).await.unwrap().rejected_reason, "too risky");
    assert_eq!(ledger.kinds(&proposal.id).await, ["proposal_created", "proposal_rejected"]);
}

#[tokio::test]
async fn an_opened_pull_request_is_closed_by_the_rejection() {
    let scene = Scene::opened().await;
    let rejected = scene.ledger.reject(&scene.id, "no").await.unwrap();
    assert_eq!(rejected.status(), v1::ProposalStatus::Rejected);
    assert_eq!(rejected.pull_request_state(), v1::PullRequestState::Open, "until GitHub says so");
    let closing = scene.work.runner.one().await;
    assert_eq!(closing.close().pull_request.as_ref().unwrap().number, 7);
    assert!(closing.record(Progress::ClosingPullRequest(())).await.unwrap());
    let gone = PullRequestRef { state: v1::PullRequestState::Closed.into(), ..pull(7, 2) };
    closing.complete(closed(Some(gone))).await.unwrap();
    let state = (v1::ProposalStatus::Rejected, v1::PullRequestState::Closed);
    assert_eq!(scene.state().await, state);
    assert_eq!(
        scene.since_opened().await,
        ["proposal_rejected", "closing", "close_completed", "pull_request_closed"]
    );
}

#[tokio::test]
async fn what_is_merged_or_not_there_is_not_rejected() {
    let scene = Scene::opened().await;
    Hook::merged(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    let refusal = scene.ledger.reject(&scene.id, "").await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
    assert!(refusal.message.contains("is pr_merged"), "{refusal}");
    let unknown = uuid::Uuid::now_v7().to_string();
    assert_eq!(reason(scene.ledger.reject(&unknown, "").await), ErrorReason::ProposalNotFound);
}

/// The reference overwrites a proposal that was opened in the same moment (§22.3): rejected, its pull request open, and nobody closes it.
#[tokio::test]
async fn of_a_rejection_and_the_end_of_the_opening_at_once_nothing_is_lost() {
    for _ in 0..10 {
        let scene = Scene::leased().await;
        let (rejected, opened) =
            tokio::join!(scene.ledger.reject(&scene.id, "no"), scene.work.opened(pull(7, 1)));
        rejected.unwrap();
        opened.unwrap();
        let state = (v1::ProposalStatus::Rejected, v1::PullRequestState::Open);
        assert_eq!(scene.state().await, state, "it is known which one is open");
        assert_eq!(
            scene.ledger.close_jobs(&scene.id).await,
            1,
            "and it is closed, whoever was first"
        );
    }
}

#[tokio::test]
async fn a_reason_is_at_most_500_characters() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    assert_eq!(fields(ledger.reject(&proposal.id, &"é".repeat(501)).await), ["reason"]);
    ledger.reject(&proposal.id, &"é".repeat(500)).await.unwrap();
}

#[tokio::test]
async fn a_credential_in_a_reason_is_not_stored() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    let token = format!("gh{}_{}", "p", "Q".repeat(36));
    let rejected = ledger.reject(&proposal.id, &format!("used {token}")).await.unwrap();
    assert!(!format!("{rejected:?}{:?}", ledger.events(&proposal.id).await).contains(&token));
}

#[tokio::test]
async fn a_job_that_nobody_works_on_is_cancelled_and_nothing_is_closed() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    ledger.open(&proposal.id).await.unwrap();
    let rejected = ledger.reject(&proposal.id, "").await.unwrap();
    assert!(!rejected.is_opening);
    assert_eq!(
        (ledger.open_jobs(&proposal.id).await, ledger.close_jobs(&proposal.id).await),
        (0, 0)
    );
}

#[rstest]
#[case::a_runner_has_it(&[LEASED], 1)]
#[case::it_was_announced(&[ANNOUNCED], 0)]
#[case::its_pull_request_is_known(&[KNOWN], 0)]
#[case::all_of_it(&[LEASED, ANNOUNCED, KNOWN], 1)]
#[tokio::test]
async fn what_was_begun_is_closed(#[case] begun: &[&str], #[case] still_open: i64) {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    ledger.open(&proposal.id).await.unwrap();
    for sql in begun {
        ledger.sql(sql, &proposal.id).await;
    }
    let context = Context { request_id: "r".into(), actor: "ada".into(), role: None };
    context.scope(ledger.reject(&proposal.id, "too risky")).await.unwrap();
    assert_eq!(
        (ledger.open_jobs(&proposal.id).await, ledger.close_jobs(&proposal.id).await),
        (still_open, 1)
    );
    const JOB: &str = "SELECT lane, reason, generation FROM jobs WHERE subject = $1 AND kind = 'close_pull_request'";
    let job = ledger.db().await.query_one(JOB, &[&uuid(&proposal.id)]).await.unwrap();
    assert_eq!(job.get::<_, String>("reason"), "rejected by ada: too risky");
    assert_eq!(
        job.get::<_, String>("lane"),
        format!("push:{}", ledger.registry.repository_of(&ledger.cluster))
    );
    assert_eq!(job.get::<_, i32>("generation"), 1);
}

#[tokio::test]
async fn of_reject_and_open_at_once_the_rejection_stands() {
    let ledger = Harness::start().await;
    for _ in 0..8 {
        let proposal = ledger.manual().await;
        let opens = futures::future::join_all((0..4).map(|_| ledger.open(&proposal.id)));
        let rejects = futures::future::join_all((0..4).map(|_| ledger.reject(&proposal.id, "no")));
        let (opens, rejects) = tokio::join!(opens, rejects);
        let refused = rejects
            .into_iter()
            .filter_map(Result::err)
            .chain(opens.into_iter().filter_map(Result::err));
        let refused: Vec<_> = refused.map(|refusal| refusal.reason).collect();
        assert!(
            refused.iter().all(|reason| *reason == ErrorReason::InvalidStateTransition),
            "{refused:?}"
        );
        assert!((3..=7).contains(&refused.len()), "exactly one rejection succeeds: {refused:?}");

        let after = ledger.get(&proposal.id).await.unwrap();
        assert_eq!((after.status(), after.is_opening), (v1::ProposalStatus::Rejected, false));
        assert_eq!(
            (ledger.open_jobs(&proposal.id).await, ledger.close_jobs(&proposal.id).await),
            (0, 0)
        );
        let kinds = ledger.kinds(&proposal.id).await;
        assert_eq!(kinds.iter().filter(|kind| *kind == "proposal_rejected").count(), 1);
        assert_eq!(
            kinds.last().unwrap(),
            "proposal_rejected",
            "nothing happens after the rejection"
        );
    }
}
