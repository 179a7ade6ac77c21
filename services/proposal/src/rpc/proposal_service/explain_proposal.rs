//! `ExplainProposal`.

use pullwright_pg::IsolationLevel;
use pullwright_proto::proposal as v1;

use crate::{
    App,
    convert::{event, explanation, id, proposal},
    domain::explain::{Explanation, explain},
    error::{Error, Result},
    store::{
        details,
        events::{self, Event},
        explanations,
    },
};

/// Most events that are shown beside the sentence.
const MOST_EVENTS: i64 = 10;

/// Says where a proposal stands, what was tried, what happens next and what a person can do.
///
/// # Errors
/// The id is malformed, there is no such proposal, or the database is away.
pub(super) async fn explain_proposal(
    app: &App,
    request: v1::ExplainProposalRequest,
) -> Result<v1::ExplainProposalResponse> {
    let id = id::parse("proposal_id", &request.proposal_id)?;
    let mut client = app.db.client().await?;
    // All that is answered is of one moment.
    let tx = client.begin_at(IsolationLevel::RepeatableRead).await?;
    let detail = details::get(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let facts = explanations::facts(&tx, &detail, app.settings.lease_duration).await?;
    let newest = events::newest(&tx, id, MOST_EVENTS).await?;
    drop(tx);

    let Explanation { sentence, work, last_failure, actions } =
        explain(&facts.ok_or(Error::ProposalNotFound(id))?);
    let clean = |text: String| app.redactor.redact(&text).into_owned();
    let last_failure = last_failure.map(|mut failure| {
        failure.message = clean(failure.message);
        explanation::failure(failure)
    });
    let actions = actions.into_iter().map(|mut action| {
        action.description = clean(action.description);
        explanation::action(action)
    });
    let shown = |mut event: Event| {
        event.message = clean(event.message);
        for value in event.facts.values_mut() {
            *value = clean(std::mem::take(value));
        }
        event::message(event)
    };
    Ok(v1::ExplainProposalResponse {
        sentence: clean(sentence),
        proposal: Some(proposal::message(detail)),
        pending_work: work.map(explanation::work),
        last_failure,
        actions: actions.collect(),
        events: newest.into_iter().map(shown).collect(),
    })
}
