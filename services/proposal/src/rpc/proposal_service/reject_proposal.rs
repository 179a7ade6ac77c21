//! `RejectProposal`: no, before, while and after its pull request is being opened.

use pullwright_proto::proposal as v1;

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
        details,
        events::{self, NewEvent},
        proposals,
    },
};

/// Rejects a pending or opened proposal (T6); its pull request is closed, also one that is being opened.
///
/// # Errors
/// The reason is malformed, there is no such proposal, it is neither pending nor opened, or the database is away.
pub(super) async fn reject_proposal(
    app: &App,
    request: v1::RejectProposalRequest,
    once: Once<v1::RejectProposalResponse>,
) -> Result<v1::RejectProposalResponse> {
    let mut violations = Violations::default();
    let id = id::gather("proposal_id", &request.proposal_id, &mut violations);
    let reason = given_reason::read(app, &request.reason, &mut violations);
    Error::check(violations)?;

    let mut db = app.db.client().await?;
    let (tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    let Some(rejected) = proposals::reject(&tx, id, reason.as_deref()).await? else {
        let status = proposals::status(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
        let problem = "only a pending or opened proposal can be rejected";
        return Err(Error::InvalidStateTransition { id, status, problem });
    };
    let why = closing::reason("rejected", reason.as_deref());
    let closing = closing::call_back(&tx, &rejected, why).await?;
    let message = match reason {
        Some(reason) => format!("rejected: {reason}"),
        None => "rejected".to_owned(),
    };
    events::record(&tx, id, NewEvent::new("proposal_rejected", message).fact("closing", closing))
        .await?;
    let detail = details::get(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let response = v1::RejectProposalResponse { proposal: Some(proposal::message(detail)) };
    answer.commit(tx, &response).await?;
    if closing {
        app.wakeup.poke();
    }
    Ok(response)
}
