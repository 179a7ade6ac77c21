//! Closes the pull request of a proposal that nobody wants any more and deletes its branch, as far as they are ours.

use pullwright_github::PullRequest;
use pullwright_proto::job::{
    Abandoned, ClosePullRequestSpec, PullRequestClosed, complete_job_request::Outcome,
};

use super::{
    Attempt,
    closing::{self, Branch},
    place::Place,
    pull_request,
};
use crate::{error::JobError, text};

/// Close first, so that nobody merges what is about to lose its branch; then delete the branch if its tip is ours and nobody's open pull
/// request needs it.
pub(super) async fn run(
    attempt: &Attempt<'_>,
    spec: &ClosePullRequestSpec,
) -> Result<Outcome, JobError> {
    let (place, target) = Place::find(attempt, spec.target.as_ref()).await?;
    let closed = match find(attempt, &place, spec).await? {
        Some(found) if found.state == "open" => {
            match closing::close(attempt, &place, &found).await? {
                Some(closed) => Some(closed),
                None => return Ok(Outcome::Abandoned(Abandoned {})),
            }
        }
        other => other,
    };
    let mark = text::mark(&spec.proposal_id, spec.generation);
    let branch =
        Branch { name: &spec.branch, target: &target, mark: &mark, announced: &spec.announced };
    let seen_to = closed.as_ref().map(|closed| closed.number);
    let kept = match closing::clear(attempt, &place, &branch, seen_to, None).await?.needed_by {
        Some(reason) => Some(reason),
        None => closing::delete_branch(attempt, &place, &branch).await?,
    };
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
    let api = place.api(attempt.app);
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
