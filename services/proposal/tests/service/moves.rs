//! What people and time do to proposals beside opening and rejecting.

use pullwright_pg::Queries as _;
use pullwright_proto::proposal as v1;
use pullwright_rpc::Refusal;

use crate::harness::{Harness, answer, uuid};

/// Lets a proposal give way to another one, or to none in particular.
pub async fn supersede(ledger: &Harness, id: &str, by: &str) -> Result<v1::Proposal, Refusal> {
    let request = v1::SupersedeProposalRequest {
        proposal_id: id.to_owned(),
        superseded_by_proposal_id: by.to_owned(),
        reason: "there is a better one".to_owned(),
        ..v1::SupersedeProposalRequest::default()
    };
    answer(ledger.proposals().supersede_proposal(request).await)
        .map(|answer| answer.proposal.unwrap())
}

/// Asks for a superseded proposal back.
pub async fn reinstate(ledger: &Harness, id: &str) -> Result<v1::Proposal, Refusal> {
    let request = v1::ReinstateProposalRequest {
        proposal_id: id.to_owned(),
        ..v1::ReinstateProposalRequest::default()
    };
    answer(ledger.proposals().reinstate_proposal(request).await)
        .map(|answer| answer.proposal.unwrap())
}

/// Lets the time of all leases be up.
pub async fn expire(ledger: &Harness) {
    const SQL: &str =
        "UPDATE lanes SET expires_at = now() - interval '1 s' WHERE token IS NOT NULL";
    ledger.db().await.execute(SQL, &[]).await.unwrap();
}

/// What is known of a generation's pull request: its number, its state.
pub async fn journal(ledger: &Harness, id: &str, generation: i32) -> (Option<i64>, Option<String>) {
    const SQL: &str =
        "SELECT pr_number, pr_state FROM generations WHERE proposal_id = $1 AND number = $2";
    let row = ledger.db().await.query_one(SQL, &[&uuid(id), &generation]).await.unwrap();
    (row.get("pr_number"), row.get("pr_state"))
}

/// The live jobs of a proposal, by kind and generation.
pub async fn live_jobs(ledger: &Harness, id: &str) -> Vec<(String, i32)> {
    const SQL: &str = "
        SELECT kind, generation
        FROM jobs
        WHERE subject = $1 AND ended_at IS NULL
        ORDER BY kind, generation";
    let rows = ledger.db().await.query(SQL, &[&uuid(id)]).await.unwrap();
    rows.iter().map(|row| (row.get("kind"), row.get("generation"))).collect()
}
