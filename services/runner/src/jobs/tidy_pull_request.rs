//! Takes away what a runner left that woke after its lease was over: what is ours and not the recorded pull request, and all but
//! one of our comments.

use pullwright_github::PullRequest;
use pullwright_proto::job::{
    PullRequestsTidied, TidyPullRequestSpec, complete_job_request::Outcome,
};

use super::{Attempt, adopt, closing, comment_pull_request, place::Place};
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
    let heads = adopt::heads(&spec.announced)?;
    let (mut closed, mut needed_by) = (Vec::new(), None);
    for found in open(attempt, &place, &spec.branch).await? {
        if spec.wanted && recorded == Some(found.number) {
            needed_by = Some(format!("pull request #{} needs it", found.number));
        } else if adopt::is_ours(attempt, &place, &target, &mark, &heads, &found).await? {
            closed.extend(closing::close(attempt, &place, &found).await?.map(|pull| pull.number));
        } else {
            tracing::warn!(pr_url = found.html_url, "left a pull request that is not ours");
            needed_by =
                Some(format!("pull request #{}, which is not ours, needs it", found.number));
        }
    }
    let kept = match needed_by {
        Some(reason) => Some(reason),
        None => closing::delete_branch(attempt, &place, &spec.branch, &spec.announced).await?,
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

/// The open pull requests from our branch of our repository.
async fn open(
    attempt: &Attempt<'_>,
    place: &Place,
    branch: &str,
) -> Result<Vec<PullRequest>, JobError> {
    let api = place.api(attempt.app);
    let mut found =
        attempt.steps.time("find_pull_request", api.pulls().find_by_head(branch)).await?;
    found.retain(|found| found.state == "open" && adopt::is_from(place, found));
    Ok(found)
}
