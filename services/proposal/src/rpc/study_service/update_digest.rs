//! `UpdateDigest`: the digest comes, and the waiting proposal is filled or goes.

use pullwright_pg::Transaction;
use pullwright_proto::proposal as v1;

use super::given_content;
use crate::{
    App,
    convert::{given, id},
    domain::{
        Proposal, Status, Violations, diff,
        study::{self, Content, Outcome},
    },
    error::{Error, Result},
    rpc::repeat::{Begun, Once},
    store::{
        changes, digests,
        events::{self, NewEvent},
        generations, jobs, proposals, studies,
    },
};

const NOT_PENDING: &str = "its digest can be written while it is pending only";

/// Writes a study's digest; fills its pending proposal (T2), or deletes it when nothing can come of it (T3).
///
/// # Errors
/// A field is malformed, there is no such study, its proposal is not waiting for a digest any more, a dependency is away.
pub(super) async fn update_digest(
    app: &App,
    request: v1::UpdateDigestRequest,
    once: Once<v1::UpdateDigestResponse>,
) -> Result<v1::UpdateDigestResponse> {
    let study_id = id::parse("study_id", &request.study_id)?;
    let mut violations = Violations::default();
    let given_digest = request.digest.unwrap_or_else(|| {
        violations.add("digest", "must be set");
        v1::Digest::default()
    });
    let digest = given::digest("digest", given_digest, app.clock.now(), &mut violations);
    let given = given_content::read(request.config_diff, request.metric_delta, &mut violations);
    Error::check(violations)?;
    let template_id = {
        let db = app.db.client().await?;
        studies::get(&db, study_id).await?.ok_or(Error::StudyNotFound(study_id))?.template_id
    };
    let declared = given_content::declared(&app.registry.declared_params(template_id).await?)?;

    let mut db = app.db.client().await?;
    let (tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    // The proposal is locked first, as everywhere.
    let proposal = proposals::lock_of_study(&tx, study_id).await?;
    if let Some(proposal) = &proposal {
        require_waiting(&tx, proposal).await?;
    }
    let study = studies::lock(&tx, study_id).await?.ok_or(Error::StudyNotFound(study_id))?;
    let digest_id = digests::put(&tx, study_id, &digest).await?;
    let outcome = Outcome {
        baseline_metric: study.baseline_metric,
        best_metric: study.best_metric,
        best_trial_id: study.best_trial_id,
    };
    let content = study::content(outcome, &study.objective, Some(&digest), given, &declared);
    let proposal_id = match (proposal, content) {
        (None, _) => None,
        (Some(proposal), None) => {
            Error::unless_changed(
                proposals::delete(&tx, proposal.id).await?,
                &proposal,
                NOT_PENDING,
            )?;
            tracing::info!(proposal.id = %proposal.id, "deleted a proposal that its digest left without a change");
            None
        }
        (Some(proposal), Some(content)) => {
            fill(&tx, &proposal, &content).await?;
            Some(proposal.id)
        }
    };
    let response = v1::UpdateDigestResponse {
        digest_id: digest_id.to_string(),
        proposal_id: id::text(proposal_id),
    };
    answer.commit(tx, &response).await?;
    Ok(response)
}

/// What was accepted to be opened is not changed under the runner's hands, and what was opened not after the fact.
async fn require_waiting(tx: &Transaction<'_>, proposal: &Proposal) -> Result<()> {
    let refused = |problem| {
        Err(Error::InvalidStateTransition { id: proposal.id, status: proposal.status, problem })
    };
    if proposal.status != Status::Pending {
        return refused(NOT_PENDING);
    }
    if generations::has_ever_begun(tx, proposal.id).await? {
        return refused("its pull request was begun with the diff that it has");
    }
    if !jobs::live_kinds(tx, proposal.id).await?.is_empty() {
        return refused("its pull request is being opened");
    }
    Ok(())
}

async fn fill(tx: &Transaction<'_>, proposal: &Proposal, content: &Content) -> Result<()> {
    let sha256 = diff::sha256(&content.changes);
    changes::replace(tx, proposal.id, &content.changes).await?;
    let filled = proposals::fill(tx, proposal.id, &sha256, content.metric_delta.as_ref()).await?;
    Error::unless_changed(filled, proposal, NOT_PENDING)?;
    let message = format!("the digest came with {} changed parameters", content.changes.len());
    events::record(tx, proposal.id, NewEvent::new("digest_written", message)).await?;
    Ok(())
}
