//! Takes away what a runner left that woke after its lease was over: what is ours and not the recorded pull request, and all but
//! one of our comments.

use pullwright_proto::job::{
    PullRequestsTidied, TidyPullRequestSpec, complete_job_request::Outcome,
};

use super::{
    Attempt,
    closing::{self, Branch, Cleared},
    comment_pull_request,
    place::Place,
};
use crate::{error::JobError, text};

/// Close first, then delete the branch unless an open pull request needs it. What is foreign is left and said.
pub(super) async fn run(
    attempt: &Attempt<'_>,
    spec: &TidyPullRequestSpec,
) -> Result<Outcome, JobError> {
    let recorded = spec.pull_request.as_ref().map(|recorded| recorded.number);
    if spec.wanted && recorded.is_none() {
        // Whatever is there, the job that opens it takes it over.
        return Ok(Outcome::Tidied(PullRequestsTidied {
            branch_kept_reason: "the proposal waits for its pull request".to_owned(),
            ..PullRequestsTidied::default()
        }));
    }
    let (place, target) = Place::find(attempt, spec.target.as_ref()).await?;
    let mark = text::mark(&spec.proposal_id, spec.generation);
    let branch =
        Branch { name: &spec.branch, target: &target, mark: &mark, announced: &spec.announced };
    let wanted = recorded.filter(|_| spec.wanted);
    let Cleared { closed, needed_by } =
        closing::clear(attempt, &place, &branch, None, wanted).await?;
    let kept = match needed_by {
        Some(reason) => Some(reason),
        None => closing::delete_branch(attempt, &place, &branch).await?,
    };
    let deleted = match recorded {
        Some(number) => delete_comments(attempt, &place, spec, number).await?,
        None => Vec::new(),
    };
    tracing::info!(closed = ?closed, comments = ?deleted, branch_kept = kept, "tidied up");
    Ok(Outcome::Tidied(PullRequestsTidied {
        closed_numbers: closed,
        branch_deleted: kept.is_none(),
        branch_kept_reason: kept.unwrap_or_default(),
        deleted_comment_ids: deleted,
    }))
}

/// Deletes our comments on the recorded pull request but the oldest; gives those that are gone.
async fn delete_comments(
    attempt: &Attempt<'_>,
    place: &Place,
    spec: &TidyPullRequestSpec,
    number: i64,
) -> Result<Vec<i64>, JobError> {
    let comments = place.api(attempt.app).comments(number);
    let mark = text::comment::mark(&spec.proposal_id, spec.generation);
    let mut ours = comment_pull_request::ours(attempt, comments, &mark).await?.into_iter();
    let Some(first) = ours.next() else { return Ok(Vec::new()) };
    let mut deleted = Vec::new();
    // A person may have copied the text together with the mark.
    for surplus in ours.filter(|one| one.author.is_some() && one.author == first.author) {
        if closing::delete_comment(attempt, comments, surplus.id).await? {
            deleted.push(surplus.id);
        }
    }
    Ok(deleted)
}
