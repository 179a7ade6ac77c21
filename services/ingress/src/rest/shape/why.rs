//! Where a proposal stands, and the facts behind it.

use jiff::Timestamp;
use pullwright_proto::proposal as v1;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Event, OffContract, ProposalDetail, Result, filled, time};

/// What is being worked on or waited for.
#[derive(Debug, Serialize, ToSchema)]
struct PendingWork {
    /// `open_pull_request`, `close_pull_request`, `comment_pull_request` or `tidy_pull_request`.
    kind: String,
    /// `queued` (due, waiting for a runner), `waiting` (not due yet) or `running`.
    state: String,
    due_at: Option<Timestamp>,
    /// Attempts that count so far.
    attempt: i32,
    /// The runner that works on it.
    holder: Option<String>,
    lease_expires_at: Option<Timestamp>,
    /// How many jobs stand before it in its lane.
    jobs_ahead: i32,
}

/// An attempt that failed.
#[derive(Debug, Serialize, ToSchema)]
struct FailedAttempt {
    reason: String,
    message: String,
    failed_at: Option<Timestamp>,
    will_retry: bool,
}

/// Something that a person can do.
#[derive(Debug, Serialize, ToSchema)]
struct PossibleAction {
    description: String,
    /// The call, such as `OpenPullRequest`; null when it is to be done elsewhere.
    method: Option<String>,
}

/// Where a proposal stands, what was tried, what happens next, what a person can do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Why {
    /// All of it in one sentence.
    sentence: String,
    proposal: ProposalDetail,
    pending_work: Option<PendingWork>,
    last_failure: Option<FailedAttempt>,
    /// The most useful first.
    actions: Vec<PossibleAction>,
    /// The last events, the newest first.
    events: Vec<Event>,
}

impl TryFrom<v1::ExplainProposalResponse> for Why {
    type Error = OffContract;

    fn try_from(why: v1::ExplainProposalResponse) -> Result<Self> {
        let action = |action: v1::PossibleAction| PossibleAction {
            description: action.description,
            method: filled(action.method),
        };
        Ok(Self {
            sentence: why.sentence,
            proposal: why.proposal.ok_or(OffContract("why.proposal"))?.try_into()?,
            pending_work: why.pending_work.map(work).transpose()?,
            last_failure: why.last_failure.map(failure).transpose()?,
            actions: why.actions.into_iter().map(action).collect(),
            events: why.events.into_iter().map(Event::try_from).collect::<Result<_>>()?,
        })
    }
}

fn work(work: v1::PendingWork) -> Result<PendingWork> {
    Ok(PendingWork {
        kind: work.kind,
        state: work.state,
        due_at: time::optional("why.pending_work.due_at", work.due_at)?,
        attempt: work.attempt,
        holder: filled(work.holder),
        lease_expires_at: time::optional(
            "why.pending_work.lease_expires_at",
            work.lease_expires_at,
        )?,
        jobs_ahead: work.jobs_ahead,
    })
}

fn failure(failed: v1::FailedAttempt) -> Result<FailedAttempt> {
    Ok(FailedAttempt {
        reason: failed.reason,
        message: failed.message,
        failed_at: time::optional("why.last_failure.failed_at", failed.failed_at)?,
        will_retry: failed.will_retry,
    })
}
