//! Opens the pull request of a proposal's generation, or finds the one that an earlier attempt opened.

use pullwright_proto::job::{
    Abandoned, OpenPullRequestSpec, PullRequestOpened, complete_job_request::Outcome,
};

use super::{
    Attempt,
    place::Place,
    pull_request,
    push_branch::{self, Branch},
};
use crate::{error::JobError, git::Oid};

/// Look, build, announce, push, create, report.
pub(super) async fn run(
    attempt: &Attempt<'_>,
    spec: &OpenPullRequestSpec,
) -> Result<Outcome, JobError> {
    let (place, target) = Place::find(attempt, spec.target.as_ref()).await?;
    let Some(branch) = push_branch::ensure(attempt, &place, &target, spec).await? else {
        return Ok(abandoned());
    };
    let Some(opened) = pull_request::ensure(attempt, &place, &target, spec, &branch).await? else {
        return Ok(abandoned());
    };
    let found = pull_request::reference(&opened.pull_request);
    let record = attempt.app.ledger.found(attempt.job_id, &attempt.lease.token, found.clone());
    attempt.steps.time("record_pull_request", record).await?;
    let moved = base_moved(attempt, &place, &branch, &found.base_oid).await;
    tracing::info!(
        proposal_id = spec.proposal.as_ref().map(|proposal| proposal.id.as_str()),
        branch = spec.branch,
        pr_number = found.number,
        pr_url = found.url,
        adopted = branch.adopted || opened.adopted,
        "pr_open_complete"
    );
    Ok(Outcome::Opened(PullRequestOpened {
        pull_request: Some(found),
        adopted: branch.adopted || opened.adopted,
        moved_from_base_oid: moved.map(|oid| oid.to_string()).unwrap_or_default(),
        drifts: branch.drifts,
        patch_sha256: opened.patch_sha256,
    }))
}

fn abandoned() -> Outcome {
    tracing::info!("pr_open_proposal_no_longer_pending");
    Outcome::Abandoned(Abandoned {})
}

/// The base that was edited, when GitHub reports another one whose file differs. Nothing is rewritten because of it, and a
/// look that fails does not undo a pull request that exists.
async fn base_moved(
    attempt: &Attempt<'_>,
    place: &Place,
    branch: &Branch,
    reported: &str,
) -> Option<Oid> {
    let built_on = branch.built_on.as_ref()?;
    let reported = Oid::parse(reported).ok()?;
    if reported == built_on.base {
        return None;
    }
    match attempt.app.git.blob_at(&place.remote, &reported, &branch.path).await {
        Ok(Some(blob)) if blob.oid == built_on.blob => None,
        Ok(_) => Some(built_on.base.clone()),
        Err(error) => {
            tracing::warn!(error = %error, "could not compare the moved base");
            None
        }
    }
}
