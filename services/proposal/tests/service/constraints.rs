//! What the database refuses whatever the service does.

use pullwright_pg::{PgError, Queries as _};
use rstest::rstest;

use crate::{
    harness::{Harness, answer, uuid},
    studies::finished_study,
};

async fn refused(ledger: &Harness, sql: &str, proposal: &str) -> String {
    match ledger.db().await.execute(sql, &[&uuid(proposal)]).await.unwrap_err() {
        PgError::Check { constraint, .. } | PgError::Conflict { constraint, .. } => constraint,
        other => panic!("refused for another reason: {other:?}"),
    }
}

#[rstest]
#[case("UPDATE proposals SET status = 'opening' WHERE id = $1", "proposals_status_check")]
#[case("UPDATE proposals SET status = 'pr_opened' WHERE id = $1", "opened_has_a_pull_request")]
#[case(
    "UPDATE proposals SET status = 'pr_merged', pr_state = 'merged', pr_url = 'u' WHERE id = $1",
    "merged_has_a_time"
)]
#[case(
    "UPDATE proposals SET status = 'pr_merged', pr_state = 'open', pr_url = 'u', pr_merged_at = now() WHERE id = $1",
    "merged_is_merged"
)]
#[case(
    "UPDATE proposals SET status = 'rejected', pr_state = 'merged', pr_url = 'u' WHERE id = $1",
    "merged_is_merged"
)]
#[case(
    "UPDATE proposals SET status = 'rejected', pr_state = 'closed' WHERE id = $1",
    "state_has_a_url"
)]
#[case(
    "UPDATE proposals SET pr_state = 'open', pr_url = 'u' WHERE id = $1",
    "pending_has_no_pull_request"
)]
#[case("UPDATE proposals SET generation = -1 WHERE id = $1", "proposals_generation_check")]
#[case(
    "UPDATE proposals SET superseded_by = (SELECT id FROM proposals WHERE id <> $1) WHERE id = $1",
    "superseder_needs_superseded"
)]
#[case(
    "UPDATE proposals SET status = 'superseded', superseded_by = id WHERE id = $1",
    "superseder_is_another"
)]
#[tokio::test]
async fn an_illegal_state_is_refused(#[case] sql: &str, #[case] constraint: &str) {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    ledger.manual().await;
    assert_eq!(refused(&ledger, sql, &proposal.id).await, constraint);
}

#[rstest]
#[case(
    "UPDATE generations SET started_at = started_at + interval '1 ms' WHERE proposal_id = $1",
    "generations_started_at_check"
)]
#[case(
    "INSERT INTO announcements (proposal_id, generation, base_oid, head_oid) VALUES ($1, 1, 'main', repeat('a', 40))",
    "announcements_base_oid_check"
)]
#[case(
    "INSERT INTO jobs (id, kind, subject, generation, lane) SELECT gen_random_uuid(), kind, subject, generation, lane FROM jobs WHERE subject = $1",
    "jobs_one_live"
)]
#[case("UPDATE jobs SET ended_at = now() WHERE subject = $1", "ended_has_an_outcome")]
#[case("UPDATE generations SET pr_number = 7 WHERE proposal_id = $1", "pull_request_is_whole")]
#[case(
    "UPDATE generations SET pr_number = 7, pr_url = 'u' WHERE proposal_id = $1",
    "pull_request_is_whole"
)]
#[case(
    "UPDATE generations SET pr_number = 7, pr_url = 'u', pr_state = 'merged' WHERE proposal_id = $1",
    "merged_generation_has_a_time"
)]
#[case(
    "UPDATE generations SET pr_number = 7, pr_url = 'u', pr_state = 'open', pr_merged_at = now() WHERE proposal_id = $1",
    "merged_generation_has_a_time"
)]
#[tokio::test]
async fn an_illegal_journal_is_refused(#[case] sql: &str, #[case] constraint: &str) {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    ledger.open(&proposal.id).await.unwrap();
    assert_eq!(refused(&ledger, sql, &proposal.id).await, constraint);
}

#[rstest]
#[case("UPDATE studies SET parent_study_id = id WHERE id = $1", "study_is_not_its_own_parent")]
#[case(
    "UPDATE studies SET parent_proposal_followup_index = 0 WHERE id = $1",
    "parent_proposal_has_an_index"
)]
#[case(
    "UPDATE studies SET parent_proposal_id = (SELECT id FROM proposals LIMIT 1) WHERE id = $1",
    "parent_proposal_has_an_index"
)]
#[case(
    "UPDATE studies SET parent_proposal_id = (SELECT id FROM proposals LIMIT 1), parent_proposal_followup_index = -1 WHERE id = $1",
    "studies_parent_proposal_followup_index_check"
)]
#[case(
    "UPDATE studies SET auto_followup_depth = 6 WHERE id = $1",
    "studies_auto_followup_depth_check"
)]
#[tokio::test]
async fn an_illegal_chain_is_refused(#[case] sql: &str, #[case] constraint: &str) {
    let ledger = Harness::start().await;
    let study = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap();
    assert_eq!(refused(&ledger, sql, &study.study_id).await, constraint);
}

#[tokio::test]
async fn a_study_has_one_proposal() {
    let ledger = Harness::start().await;
    let study = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap();
    let manual = ledger.manual().await;
    const SQL: &str = "UPDATE proposals SET study_id = $2 WHERE id = $1";
    let error = ledger
        .db()
        .await
        .execute(SQL, &[&uuid(&manual.id), &uuid(&study.study_id)])
        .await
        .unwrap_err();
    assert!(error.is_conflict_on("proposals_study_id_key"), "{error:?}");
}

#[tokio::test]
async fn a_branch_stands_once_per_repository() {
    let ledger = Harness::start().await;
    let (one, other) = (ledger.manual().await, ledger.manual().await);
    ledger.open(&one.id).await.unwrap();
    ledger.open(&other.id).await.unwrap();
    const SQL: &str = "
        UPDATE generations
        SET branch = (SELECT branch FROM generations WHERE proposal_id <> $1)
        WHERE proposal_id = $1";
    assert_eq!(refused(&ledger, SQL, &one.id).await, "generations_repository_id_branch_key");
}
