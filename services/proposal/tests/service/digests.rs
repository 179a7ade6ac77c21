//! A digest that comes after its study.

use std::collections::BTreeMap;

use pullwright_proto::{
    error::ErrorReason,
    job::{record_progress_request::Progress, retry::When},
    proposal as v1,
};
use pullwright_rpc::Refusal;
use rstest::rstest;
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, change, fields, reason},
    hook::Hook,
    moves::{expire, live_jobs},
    runner::{Runner, pull},
    studies::{baseline, digest, finished_study, trial},
};

async fn waiting(ledger: &Harness) -> v1::CreateStudyResponse {
    let request = v1::CreateStudyRequest { digest: None, ..finished_study(ledger) };
    answer(ledger.studies().create_study(request).await).unwrap()
}

async fn update(
    ledger: &Harness,
    study_id: &str,
    digest: v1::Digest,
) -> Result<v1::UpdateDigestResponse, Refusal> {
    let request = v1::UpdateDigestRequest {
        study_id: study_id.to_owned(),
        digest: Some(digest),
        ..Default::default()
    };
    answer(ledger.studies().update_digest(request).await)
}

/// T2; §18.3 AC-1: in its place, never as a second row.
#[tokio::test]
async fn the_digest_fills_the_waiting_proposal() {
    let ledger = Harness::start().await;
    let study = waiting(&ledger).await;
    let before = ledger.get(&study.proposal_id).await.unwrap();
    let updated = update(&ledger, &study.study_id, digest()).await.unwrap();
    assert_eq!(updated.proposal_id, study.proposal_id);
    let proposal = ledger.get(&study.proposal_id).await.unwrap();
    assert_eq!(
        proposal.config_diff,
        [change("boost", "1.0", "2.50"), change("tie_breaker", "0.5", "0.34")]
    );
    assert_ne!(proposal.config_diff_sha256, before.config_diff_sha256);
    assert_eq!(proposal.metric_delta[0].delta_pct, Some(18.2));
    assert_eq!(proposal.digest.unwrap().id, updated.digest_id);
    assert_eq!(ledger.kinds(&study.proposal_id).await, ["proposal_created", "digest_written"]);
    ledger.open(&study.proposal_id).await.unwrap();
}

#[tokio::test]
async fn a_digest_is_written_over_under_its_first_id() {
    let ledger = Harness::start().await;
    let study = waiting(&ledger).await;
    let first = update(&ledger, &study.study_id, digest()).await.unwrap();
    let better = v1::Digest { narrative: "Now with more words.".into(), ..digest() };
    let second = update(&ledger, &study.study_id, better).await.unwrap();
    assert_eq!(first.digest_id, second.digest_id);
    let request = v1::GetDigestRequest { study_id: study.study_id };
    let kept = answer(ledger.studies().get_digest(request).await).unwrap().digest.unwrap();
    assert_eq!(kept.narrative, "Now with more words.");
}

/// T3; §18.3 AC-2.
#[tokio::test]
async fn a_digest_without_anything_declared_deletes_the_proposal() {
    let ledger = Harness::start().await;
    let study = waiting(&ledger).await;
    let useless = v1::Digest {
        recommended_config_json: BTreeMap::from([("gone".into(), "1".into())]),
        ..digest()
    };
    let updated = update(&ledger, &study.study_id, useless).await.unwrap();
    assert_eq!(updated.proposal_id, "");
    assert_eq!(reason(ledger.get(&study.proposal_id).await), ErrorReason::ProposalNotFound);
}

/// §18.3 AC-2.
#[tokio::test]
async fn a_study_without_success_gets_its_digest_and_no_proposal() {
    let ledger = Harness::start().await;
    let request = v1::CreateStudyRequest {
        digest: None,
        trials: vec![baseline(0, 0.4)],
        ..finished_study(&ledger)
    };
    let study = answer(ledger.studies().create_study(request).await).unwrap();
    assert_eq!(study.proposal_id, "");
    let updated = update(&ledger, &study.study_id, digest()).await.unwrap();
    assert_eq!(updated.proposal_id, "");
    assert_ne!(updated.digest_id, "");
}

#[rstest]
#[case::rejected("UPDATE proposals SET status = 'rejected' WHERE id = $1", "rejected")]
#[case::opened(
    "UPDATE proposals SET status = 'pr_opened', pr_state = 'open', pr_url = 'u' WHERE id = $1",
    "pr_opened"
)]
#[tokio::test]
async fn a_digest_does_not_change_what_is_decided(#[case] sql: &str, #[case] status: &str) {
    let ledger = Harness::start().await;
    let study = waiting(&ledger).await;
    ledger.sql(sql, &study.proposal_id).await;
    let refusal = update(&ledger, &study.study_id, digest()).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
    assert!(refusal.message.contains(status), "{refusal}");
    let request = v1::GetDigestRequest { study_id: study.study_id };
    assert_eq!(
        reason(answer(ledger.studies().get_digest(request).await)),
        ErrorReason::DigestNotReady
    );
}

#[tokio::test]
async fn a_digest_does_not_change_what_is_being_opened() {
    let ledger = Harness::start().await;
    let study = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap();
    ledger.open(&study.proposal_id).await.unwrap();
    assert_eq!(
        reason(update(&ledger, &study.study_id, digest()).await),
        ErrorReason::InvalidStateTransition
    );
    const ENDED: &str = "UPDATE jobs SET outcome = 'failed', ended_at = now() WHERE subject = $1";
    ledger.sql(ENDED, &study.proposal_id).await;
    update(&ledger, &study.study_id, digest()).await.unwrap();
    const ANNOUNCED: &str = "
        INSERT INTO announcements (proposal_id, generation, base_oid, head_oid)
        VALUES ($1, 1, repeat('a', 40), repeat('b', 40))";
    ledger.sql(ANNOUNCED, &study.proposal_id).await;
    assert_eq!(
        reason(update(&ledger, &study.study_id, digest()).await),
        ErrorReason::InvalidStateTransition
    );
}

/// In the reference the row then describes another diff than its pull request (§22.3).
#[tokio::test]
async fn a_digest_does_not_change_what_was_opened_once() {
    let ledger = Harness::start().await;
    let study = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap();
    let id = study.proposal_id.clone();
    ledger.open(&id).await.unwrap();
    let runner = Runner::of(&ledger, "one");
    runner.one().await.opened(pull(7, 1)).await.unwrap();
    let repository = ledger.registry.repository_of(&ledger.cluster);
    Hook::closed(&repository, 7, 2).outcome(&ledger).await;
    ledger.open(&id).await.unwrap();
    let nothing = v1::Digest {
        recommended_config_json: BTreeMap::from([("gone".to_owned(), "1".to_owned())]),
        ..digest()
    };
    for digest in [digest(), nothing] {
        let refusal = update(&ledger, &study.study_id, digest).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
        assert!(refusal.message.contains("was begun with the diff that it has"), "{refusal}");
    }
    assert_eq!(ledger.get(&id).await.unwrap().generation, 2);
}

/// Deleting the proposal would leave a job about nothing.
#[tokio::test]
async fn a_digest_waits_for_what_is_being_tidied_up() {
    let ledger = Harness::start().await;
    let study = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap();
    ledger.open(&study.proposal_id).await.unwrap();
    let sleeper = Runner::of(&ledger, "one").one().await;
    assert!(sleeper.record(Progress::CreatingPullRequest(())).await.unwrap());
    expire(&ledger).await;
    let next = Runner::of(&ledger, "other").one().await;
    next.fail(When::Never(())).await.unwrap();
    assert_eq!(live_jobs(&ledger, &study.proposal_id).await, [("tidy_pull_request".to_owned(), 1)]);
    assert_eq!(
        reason(update(&ledger, &study.study_id, digest()).await),
        ErrorReason::InvalidStateTransition
    );
}

#[tokio::test]
async fn the_digest_and_its_study_must_be_there() {
    let ledger = Harness::start().await;
    let unknown = Uuid::now_v7().to_string();
    assert_eq!(reason(update(&ledger, &unknown, digest()).await), ErrorReason::StudyNotFound);
    let request = v1::UpdateDigestRequest { study_id: unknown, ..Default::default() };
    let refused = answer(ledger.studies().update_digest(request).await);
    assert!(fields(refused).contains(&"digest".to_owned()));
}

#[tokio::test]
async fn the_best_of_many_trials_is_what_the_digest_is_held_against() {
    let ledger = Harness::start().await;
    let trials = vec![trial(1, 0.5), trial(2, 0.75)];
    let request = v1::CreateStudyRequest { digest: None, trials, ..finished_study(&ledger) };
    let study = answer(ledger.studies().create_study(request).await).unwrap();
    update(&ledger, &study.study_id, digest()).await.unwrap();
    let delta = ledger.get(&study.proposal_id).await.unwrap().metric_delta.remove(0);
    assert_eq!((delta.baseline, delta.achieved, delta.delta_pct), (None, 0.75, None));
}
