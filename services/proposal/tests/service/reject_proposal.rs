//! Rejecting: before, while and after its pull request is being opened.

use pullwright_pg::Queries as _;
use pullwright_proto::{error::ErrorReason, proposal as v1};
use pullwright_rpc::Context;
use rstest::rstest;

use crate::harness::{Harness, fields, reason, uuid};

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
async fn an_opened_pull_request_is_not_rejected_yet() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    const OPENED: &str =
        "UPDATE proposals SET status = 'pr_opened', pr_state = 'open', pr_url = 'u' WHERE id = $1";
    ledger.sql(OPENED, &proposal.id).await;
    assert_eq!(reason(ledger.reject(&proposal.id, "").await), ErrorReason::InvalidStateTransition);
    let unknown = uuid::Uuid::now_v7().to_string();
    assert_eq!(reason(ledger.reject(&unknown, "").await), ErrorReason::ProposalNotFound);
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
