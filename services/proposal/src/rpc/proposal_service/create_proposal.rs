//! `CreateProposal`: a manual proposal.

use pullwright_proto::proposal as v1;
use uuid::Uuid;

use crate::{
    App,
    convert::{given, id, proposal},
    domain::{Violations, diff},
    error::{Error, Result},
    rpc::{
        asked::Asked,
        repeat::{Begun, Once},
    },
    store::{
        changes, details,
        events::{self, NewEvent},
        proposals::{self, NewProposal},
    },
};

/// Creates a pending proposal (T1).
///
/// # Errors
/// A field is malformed, cluster or template is unknown, a dependency is away.
pub(super) async fn create_proposal(
    app: &App,
    request: v1::CreateProposalRequest,
    once: Once<v1::CreateProposalResponse>,
) -> Result<v1::CreateProposalResponse> {
    let mut violations = Violations::default();
    let cluster_id = id::gather("cluster_id", &request.cluster_id, &mut violations);
    let template_id = id::gather("template_id", &request.template_id, &mut violations);
    let diff = given::changes("config_diff", request.config_diff, &mut violations);
    let metric_delta = given::deltas("metric_delta", request.metric_delta, &mut violations);
    Error::check(violations)?;
    let asked = Asked::about(app, cluster_id, template_id).await?;
    let resolved = &asked.resolved;

    let id = Uuid::now_v7();
    let mut db = app.db.client().await?;
    let (tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    asked.check(&tx).await?;
    let new = NewProposal {
        id,
        study_id: None,
        study_trial_id: None,
        cluster: &resolved.cluster,
        template: &resolved.template,
        config_repo_id: resolved
            .repository
            .as_ref()
            .map(|repository| repository.target.repository_id),
        config_diff_sha256: &diff::sha256(&diff),
        metric_delta: (!metric_delta.is_empty()).then_some(&metric_delta),
    };
    proposals::insert(&tx, &new).await?;
    changes::replace(&tx, id, &diff).await?;
    let event =
        NewEvent::new("proposal_created", format!("created, to change {}", parameters(diff.len())))
            .fact("cluster", &resolved.cluster.name)
            .fact("template", &resolved.template.name);
    events::record(&tx, id, event).await?;
    let detail = details::get(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let response = v1::CreateProposalResponse { proposal: Some(proposal::message(detail)) };
    answer.commit(tx, &response).await?;
    Ok(response)
}

fn parameters(count: usize) -> String {
    if count == 1 { "one parameter".to_owned() } else { format!("{count} parameters") }
}
