//! Queues the one way in which we close: a close job, in the transaction of whatever made the pull request unwanted.

use std::time::Duration;

use pullwright_rpc::Context;
use uuid::Uuid;

use crate::{
    domain::{Proposal, PullRequestState, job::push_lane},
    error::Result,
    store::{
        Transaction, generations,
        jobs::{self, Kind, NewJob},
    },
};

/// Cancels what nobody works on yet of a locked proposal's current generation, and has closed what may exist of it already; tells
/// whether something is to be closed.
///
/// A pull request that is known to be closed stays as it is.
pub(super) async fn call_back(
    tx: &Transaction<'_>,
    proposal: &Proposal,
    reason: String,
) -> Result<bool> {
    let (id, number) = (proposal.id, proposal.generation);
    let Some(generation) = generations::get(tx, id, number).await? else { return Ok(false) };
    jobs::cancel_queued(tx, Kind::OpenPullRequest, id, number).await?;
    let may_exist = match &generation.pull_request {
        Some(pull) => pull.state == PullRequestState::Open,
        None => {
            jobs::has_live(tx, Kind::OpenPullRequest, id, number).await?
                || generations::has_begun(tx, id, number).await?
        }
    };
    if may_exist {
        close(tx, id, number, reason).await?;
    }
    Ok(may_exist)
}

/// Queues the job that closes the pull request of one of a proposal's generations, if there is such a generation.
pub(super) async fn close(
    tx: &Transaction<'_>,
    proposal_id: Uuid,
    number: i32,
    reason: String,
) -> Result<()> {
    let Some(generation) = generations::get(tx, proposal_id, number).await? else { return Ok(()) };
    let job = NewJob {
        kind: Kind::ClosePullRequest,
        subject: proposal_id,
        generation: number,
        lane: push_lane(generation.target.repository_id),
        wait: Duration::ZERO,
        reason: Some(reason),
    };
    jobs::enqueue(tx, &job).await?;
    Ok(())
}

/// Why something is closed: what was done, by whom, and what they said.
pub(super) fn reason(done: &str, said: Option<&str>) -> String {
    let by = Context::actor_or("proposal");
    match said {
        Some(said) => format!("{done} by {by}: {said}"),
        None => format!("{done} by {by}"),
    }
}
