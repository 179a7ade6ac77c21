//! `RejectProposal`: no, also while its pull request is being opened.

use std::time::Duration;

use pullwright_pg::Transaction;
use pullwright_proto::proposal as v1;
use pullwright_rpc::Context;

use crate::{
    App,
    convert::{id, proposal},
    domain::{
        Proposal,
        job::push_lane,
        violation::{is_at_most, is_storable},
    },
    error::{Error, Result},
    store::{
        details,
        events::{self, NewEvent},
        generations,
        jobs::{self, Kind, NewJob},
        proposals,
    },
};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Rejects a pending proposal (T6); what was begun of its pull request is closed.
///
/// # Errors
/// The reason is malformed, there is no such proposal, it is not pending, or the database is away.
pub(super) async fn reject_proposal(
    app: &App,
    request: v1::RejectProposalRequest,
) -> Result<v1::RejectProposalResponse> {
    let id = id::parse("proposal_id", &request.proposal_id)?;
    if !is_at_most(&request.reason, LONGEST_REASON) || !is_storable(&request.reason) {
        return Err(Error::invalid(
            "reason",
            format!("must have at most {LONGEST_REASON} characters"),
        ));
    }
    // The reason is told on GitHub when a pull request is closed.
    let reason = app.redactor.redact(request.reason.trim());
    let reason = (!reason.is_empty()).then_some(reason.as_ref());

    let mut db = app.db.client().await?;
    let tx = db.begin().await?;
    let Some(rejected) = proposals::reject(&tx, id, reason).await? else {
        let status = proposals::status(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
        let problem = "only a pending proposal can be rejected";
        return Err(Error::InvalidStateTransition { id, status, problem });
    };
    let closing = call_back(&tx, &rejected, reason).await?;
    let message = match reason {
        Some(reason) => format!("rejected: {reason}"),
        None => "rejected".to_owned(),
    };
    events::record(&tx, id, NewEvent::new("proposal_rejected", message).fact("closing", closing))
        .await?;
    let detail = details::get(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    tx.commit().await?;
    if closing {
        app.wakeup.poke();
    }
    Ok(v1::RejectProposalResponse { proposal: Some(proposal::message(detail)) })
}

/// Cancels an open job that nobody works on yet, and has closed what may exist already; tells whether something is to be closed.
async fn call_back(
    tx: &Transaction<'_>,
    proposal: &Proposal,
    reason: Option<&str>,
) -> Result<bool> {
    let Some(generation) = generations::get(tx, proposal.id, proposal.generation).await? else {
        return Ok(false);
    };
    jobs::cancel_queued(tx, Kind::OpenPullRequest, proposal.id).await?;
    let is_leased = jobs::has_live(tx, Kind::OpenPullRequest, proposal.id).await?;
    if !is_leased && !generations::has_begun(tx, proposal.id, generation.number).await? {
        return Ok(false);
    }
    let by = Context::actor_or("proposal");
    let job = NewJob {
        kind: Kind::ClosePullRequest,
        subject: proposal.id,
        generation: generation.number,
        lane: push_lane(generation.target.repository_id),
        wait: Duration::ZERO,
        reason: Some(match reason {
            Some(reason) => format!("rejected by {by}: {reason}"),
            None => format!("rejected by {by}"),
        }),
    };
    jobs::enqueue(tx, &job).await?;
    Ok(true)
}
