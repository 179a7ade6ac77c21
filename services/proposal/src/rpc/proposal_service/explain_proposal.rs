//! `ExplainProposal`.

use pullwright_pg::IsolationLevel;
use pullwright_proto::proposal as v1;
use uuid::Uuid;

use crate::{
    App,
    convert::{event, explanation, id, proposal},
    domain::explain::{Explanation, explain},
    error::{Error, Result},
    rpc::opening,
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
    drop(client);
    let mut facts = facts.ok_or(Error::ProposalNotFound(id))?;
    if facts.is_ready() {
        facts.obstacle = obstacle(app, id).await;
    }

    let Explanation { sentence, work, last_failure, actions } = explain(&facts);
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

/// What a click would be refused with, besides the proposal's own state. Whatever keeps us from looking is no obstacle: the rest can be told.
async fn obstacle(app: &App, id: Uuid) -> Option<String> {
    match opening::preflight(app, id).await {
        Ok(_) => None,
        Err(
            error @ (Error::ClusterHasNoConfigRepo { .. }
            | Error::TargetDeleted { .. }
            | Error::GithubNotConfigured { .. }),
        ) => Some(error.to_string()),
        Err(error) => {
            tracing::warn!(proposal_id = %id, error = %error, "explained without the registry");
            None
        }
    }
}
