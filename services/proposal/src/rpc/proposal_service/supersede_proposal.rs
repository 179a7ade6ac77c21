//! `SupersedeProposal`: a proposal gives way by hand, with the same consequences as a rejection.

use pullwright_proto::proposal as v1;
use uuid::Uuid;

use super::given_reason;
use crate::{
    App,
    convert::{id, proposal},
    domain::Violations,
    error::{Error, Result},
    rpc::{
        closing,
        repeat::{Begun, Once},
    },
    store::{
        Transaction, details,
        events::{self, NewEvent},
        proposals,
    },
};

/// Supersedes a pending or opened proposal; its pull request is closed, also one that is being opened.
///
/// # Errors
/// A field is malformed, there is no such proposal or none that it could give way to, it is neither pending nor opened, or the
/// database is away.
pub(super) async fn supersede_proposal(
    app: &App,
    request: v1::SupersedeProposalRequest,
    once: Once<v1::SupersedeProposalResponse>,
) -> Result<v1::SupersedeProposalResponse> {
    let mut violations = Violations::default();
    let id = id::gather("proposal_id", &request.proposal_id, &mut violations);
    let by = read_superseder(&request, &mut violations);
    let reason = given_reason::read(app, &request.reason, &mut violations);
    Error::check(violations)?;

    let mut db = app.db.client().await?;
    let (tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    require_superseder(&tx, by).await?;
    let Some(superseded) = proposals::supersede(&tx, id, by).await? else {
        let status = proposals::status(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
        let problem = "only a pending or opened proposal can be superseded";
        return Err(Error::InvalidStateTransition { id, status, problem });
    };
    let why = closing::reason("superseded", reason.as_deref());
    let closing = closing::call_back(&tx, &superseded, why).await?;
    let message = match (by, &reason) {
        (Some(by), Some(reason)) => format!("superseded by proposal {by}: {reason}"),
        (Some(by), None) => format!("superseded by proposal {by}"),
        (None, Some(reason)) => format!("superseded: {reason}"),
        (None, None) => "superseded".to_owned(),
    };
    let event = NewEvent::new("proposal_superseded", message).fact("closing", closing);
    let event = by.into_iter().fold(event, |event, by| event.fact("superseded_by", by));
    events::record(&tx, id, event).await?;
    let detail = details::get(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let response = v1::SupersedeProposalResponse { proposal: Some(proposal::message(detail)) };
    answer.commit(tx, &response).await?;
    if closing {
        app.wakeup.poke();
    }
    Ok(response)
}

fn read_superseder(
    request: &v1::SupersedeProposalRequest,
    violations: &mut Violations,
) -> Option<Uuid> {
    const FIELD: &str = "superseded_by_proposal_id";
    let by = &request.superseded_by_proposal_id;
    violations.require(*by != request.proposal_id, FIELD, "must be another proposal's");
    id::gather_optional(FIELD, by, violations)
}

async fn require_superseder(tx: &Transaction<'_>, by: Option<Uuid>) -> Result<()> {
    if let Some(by) = by {
        proposals::status(tx, by).await?.ok_or(Error::ProposalNotFound(by))?;
    }
    Ok(())
}
