//! Closes the pull request of a proposal that nobody wants any more and deletes its branch, as far as they are ours.

use pullwright_github::{Effect, PullRequest};
use pullwright_proto::job::{
    ClosePullRequestSpec, PullRequestClosed, complete_job_request::Outcome,
};

use super::{
    Attempt,
    adopt::{self, Standing},
    place::Place,
    pull_request,
};
use crate::{
    error::JobError,
    git::{Deleted, Oid},
    text,
};

/// Close first, so that nobody merges what is about to lose its branch; then delete the branch if its tip is ours.
pub(super) async fn run(
    attempt: &Attempt<'_>,
    spec: &ClosePullRequestSpec,
) -> Result<Outcome, JobError> {
    let (place, _) = Place::find(attempt, spec.target.as_ref()).await?;
    let closed = match find(attempt, &place, spec).await? {
        Some(found) if found.state == "open" => Some(close(attempt, &place, &found).await?),
        other => other,
    };
    let kept = delete_branch(attempt, &place, spec).await?;
    Ok(Outcome::Closed(PullRequestClosed {
        pull_request: closed.as_ref().map(pull_request::reference),
        branch_deleted: kept.is_none(),
        branch_kept_reason: kept.unwrap_or_default(),
    }))
}

/// The recorded pull request, or one from our branch that carries our mark.
async fn find(
    attempt: &Attempt<'_>,
    place: &Place,
    spec: &ClosePullRequestSpec,
) -> Result<Option<PullRequest>, JobError> {
    let api = place.api(attempt);
    if let Some(known) = spec.pull_request.as_ref().filter(|known| known.number > 0) {
        return Ok(Some(
            attempt.steps.time("get_pull_request", api.pulls().get(known.number)).await?,
        ));
    }
    let marker = text::mark(&spec.proposal_id, spec.generation);
    let found =
        attempt.steps.time("find_pull_request", api.pulls().find_by_head(&spec.branch)).await?;
    Ok(found
        .into_iter()
        .find(|found| found.body.as_deref().is_some_and(|body| body.contains(&marker))))
}

async fn close(
    attempt: &Attempt<'_>,
    place: &Place,
    found: &PullRequest,
) -> Result<PullRequest, JobError> {
    attempt.ensure(attempt.app.settings.github_time_limit).await?;
    attempt.app.ledger.closing_pull_request(attempt.job_id, &attempt.lease.token).await?;
    let api = place.api(attempt);
    match attempt.steps.time("close_pull_request", api.pulls().close(found.number)).await {
        Ok(closed) => Ok(closed),
        Err(error) if error.effect() == Effect::Unknown => {
            let now = api.pulls().get(found.number).await?;
            if now.state == "open" { Err(error.into()) } else { Ok(now) }
        }
        Err(error) => Err(error.into()),
    }
}

/// Deletes the branch by naming its tip; the reason why it stays, when it does.
async fn delete_branch(
    attempt: &Attempt<'_>,
    place: &Place,
    spec: &ClosePullRequestSpec,
) -> Result<Option<String>, JobError> {
    let tip: Oid = match adopt::look(attempt, place, &spec.branch, &spec.announced).await? {
        Standing::Absent => return Ok(None),
        Standing::Ours(tip) => tip,
        Standing::Continued(tip) => return Ok(Some(format!("a person's commit {tip} is on it"))),
        Standing::Foreign(tip) => return Ok(Some(format!("its tip {tip} is not ours"))),
    };
    let limits = &attempt.app.settings.git.limits;
    attempt.ensure(limits.push + limits.grace).await?;
    attempt.app.ledger.closing_pull_request(attempt.job_id, &attempt.lease.token).await?;
    match attempt
        .steps
        .time("delete_branch", attempt.app.git.delete_branch(&place.remote, &spec.branch, &tip))
        .await?
    {
        Deleted::Deleted | Deleted::AlreadyGone => Ok(None),
        Deleted::TipMoved => Ok(Some("its tip moved while it was being deleted".to_owned())),
    }
}
