//! `SeedCompletedStudy`: the same study each time, with its digest and its proposal, in one transaction.

use pullwright_pg::Transaction;
use pullwright_proto::proposal as v1;
use uuid::Uuid;

use super::seeding::Owners;
use crate::{
    App,
    convert::{given, id},
    domain::{
        FollowUp, Violations, diff,
        seed::{self, Given},
        study::Outcome,
    },
    error::{Error, Result},
    registry::Resolved,
    rpc::repeat::{Begun, Once},
    store::{
        changes, digests,
        events::{self, NewEvent},
        proposals::{self, NewProposal},
    },
};

/// Records a completed study, its digest and, unless it is not wanted, its pending proposal.
///
/// # Errors
/// A field is malformed, cluster or template is unknown, or a dependency is away.
pub(super) async fn seed_completed_study(
    app: &App,
    request: v1::SeedCompletedStudyRequest,
    once: Once<v1::SeedCompletedStudyResponse>,
) -> Result<v1::SeedCompletedStudyResponse> {
    let now = app.clock.now();
    let with_proposal = request.with_pending_proposal.unwrap_or(true);
    let (owners, given, query_count, follow_ups) = read(request)?;
    let digest = seed::digest(follow_ups, now);
    let asked = owners.resolve(app).await?;

    let study_id = Uuid::now_v7();
    let mut db = app.db.client().await?;
    let (tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    asked.check(&tx).await?;
    owners.ensure(&tx, query_count).await?;
    let outcome = owners.complete(&tx, study_id, "seed", None, given, now).await?;
    digests::put(&tx, study_id, &digest).await?;
    let proposal_id = match with_proposal {
        true => Some(propose(&tx, study_id, outcome, &asked.resolved).await?),
        false => None,
    };
    let response = v1::SeedCompletedStudyResponse {
        study_id: study_id.to_string(),
        digest_id: digest.id.to_string(),
        proposal_id: id::text(proposal_id),
    };
    answer.commit(tx, &response).await?;
    Ok(response)
}

type Read = (Owners, Given, i32, Option<Vec<FollowUp>>);

fn read(request: v1::SeedCompletedStudyRequest) -> Result<Read> {
    let mut violations = Violations::default();
    let owners = Owners::read(
        &request.cluster_id,
        &request.template_id,
        &request.query_set_id,
        &request.judgment_list_id,
        &mut violations,
    );
    let given = Given {
        winner_per_query_json: request.winner_per_query_json,
        runner_up_per_query_json: request.runner_up_per_query_json,
        extra_trial_metrics: request.extra_trial_metrics,
    };
    let query_count = given.check(&mut violations);
    let follow_ups = request
        .suggested_followups
        .map(|given| given::follow_ups("suggested_followups", given.items, &mut violations));
    Error::check(violations)?;
    Ok((owners, given, query_count, follow_ups))
}

async fn propose(
    tx: &Transaction<'_>,
    study_id: Uuid,
    outcome: Outcome,
    resolved: &Resolved,
) -> Result<Uuid> {
    let (id, diff) = (Uuid::now_v7(), seed::changes());
    let new = NewProposal {
        id,
        study_id: Some(study_id),
        study_trial_id: outcome.best_trial_id,
        cluster: &resolved.cluster,
        template: &resolved.template,
        config_repo_id: resolved
            .repository
            .as_ref()
            .map(|repository| repository.target.repository_id),
        config_diff_sha256: &diff::sha256(&diff),
        metric_delta: Some(&seed::metric_delta()),
    };
    proposals::insert(tx, &new).await?;
    changes::replace(tx, id, &diff).await?;
    let event = NewEvent::new("proposal_created", "created from a seeded study")
        .fact("study_id", study_id)
        .fact("cluster", &resolved.cluster.name)
        .fact("template", &resolved.template.name);
    events::record(tx, id, event).await?;
    Ok(id)
}
