//! `CreateStudy`: a finished study, its digest and its proposal, in one transaction.

use pullwright_pg::Transaction;
use pullwright_proto::proposal as v1;
use uuid::Uuid;

use super::{chain, given_content};
use crate::{
    App,
    convert::{given, id},
    domain::{
        Digest, Objective, Trial, Violations,
        chain::Lineage,
        diff,
        study::{self, Content, Given, Outcome},
    },
    error::{Error, Result},
    registry::Resolved,
    rpc::{
        asked::Asked,
        repeat::{Begun, Once},
    },
    store::{
        changes, digests,
        events::{self, NewEvent},
        proposals::{self, NewProposal},
        studies::{self, NewStudy},
        trials,
    },
};

/// Records a finished study and what follows from it (T1); without a successful trial there is no proposal (T3). In a chain the
/// best link's proposal stays, and the others that are pending give way (T7).
///
/// # Errors
/// A field is malformed, cluster, template, parent study or parent proposal is unknown, a dependency is away.
pub(super) async fn create_study(
    app: &App,
    request: v1::CreateStudyRequest,
    once: Once<v1::CreateStudyResponse>,
) -> Result<v1::CreateStudyResponse> {
    let study = read(app, request)?;
    let asked = Asked::about(app, study.cluster_id, study.template_id).await?;
    let resolved = &asked.resolved;
    let declared = given_content::declared(&resolved.declared_params_json)?;
    let outcome = Outcome::of(&study.trials, &study.objective);
    let content =
        study::content(outcome, &study.objective, study.digest.as_ref(), study.given, &declared);

    let id = Uuid::now_v7();
    let mut db = app.db.client().await?;
    let (tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    asked.check(&tx).await?;
    let new = NewStudy {
        id,
        name: &study.name,
        cluster_id: study.cluster_id,
        template_id: study.template_id,
        objective: &study.objective,
        outcome,
        lineage: &study.lineage,
    };
    let chain = chain::join(&tx, &study.lineage).await?;
    studies::insert(&tx, &new).await?;
    trials::insert(&tx, id, &study.trials).await?;
    if let Some(digest) = &study.digest {
        digests::put(&tx, id, digest).await?;
    }
    let proposal_id = match content {
        Some(content) => Some(propose(&tx, &new, resolved, &content).await?),
        None => None,
    };
    let superseded = match chain {
        Some(chain) => chain.settle(&tx).await?,
        None => None,
    };
    let response = v1::CreateStudyResponse {
        study_id: id.to_string(),
        digest_id: id::text(study.digest.map(|digest| digest.id)),
        proposal_id: id::text(proposal_id),
    };
    answer.commit(tx, &response).await?;
    if let Some(superseded) = superseded {
        superseded.tell(id);
        if superseded.is_closing {
            app.wakeup.poke();
        }
    }
    Ok(response)
}

struct Read {
    name: String,
    cluster_id: Uuid,
    template_id: Uuid,
    objective: Objective,
    trials: Vec<Trial>,
    digest: Option<Digest>,
    given: Given,
    lineage: Lineage,
}

fn read(app: &App, request: v1::CreateStudyRequest) -> Result<Read> {
    let mut violations = Violations::default();
    study::check_name("name", &request.name, &mut violations);
    let cluster_id = id::gather("cluster_id", &request.cluster_id, &mut violations);
    let template_id = id::gather("template_id", &request.template_id, &mut violations);
    let objective = given::objective("objective", request.objective, &mut violations);
    let mut trials = given::trials("trials", request.trials, &mut violations);
    let digest = request
        .digest
        .map(|digest| given::digest("digest", digest, app.clock.now(), &mut violations));
    let given = given_content::read(request.config_diff, request.metric_delta, &mut violations);
    let lineage = given_content::lineage(
        &request.parent_study_id,
        &request.parent_proposal_id,
        request.parent_proposal_followup_index,
        request.auto_followup_depth,
        &mut violations,
    );
    Error::check(violations)?;
    for trial in &mut trials {
        trial.error = app.redactor.redact(&trial.error).into_owned();
    }
    let objective = objective.ok_or_else(|| Error::invalid("objective", "must be set"))?;
    Ok(Read {
        name: request.name,
        cluster_id,
        template_id,
        objective,
        trials,
        digest,
        given,
        lineage,
    })
}

async fn propose(
    tx: &Transaction<'_>,
    study: &NewStudy<'_>,
    resolved: &Resolved,
    content: &Content,
) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let new = NewProposal {
        id,
        study_id: Some(study.id),
        study_trial_id: study.outcome.best_trial_id,
        cluster: &resolved.cluster,
        template: &resolved.template,
        config_repo_id: resolved
            .repository
            .as_ref()
            .map(|repository| repository.target.repository_id),
        config_diff_sha256: &diff::sha256(&content.changes),
        metric_delta: content.metric_delta.as_ref(),
    };
    proposals::insert(tx, &new).await?;
    changes::replace(tx, id, &content.changes).await?;
    let event = NewEvent::new("proposal_created", format!("created from study {}", study.name))
        .fact("study_id", study.id)
        .fact("cluster", &resolved.cluster.name)
        .fact("template", &resolved.template.name);
    events::record(tx, id, event).await?;
    Ok(id)
}
