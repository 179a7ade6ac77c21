//! Taking something away on GitHub: a pull request is closed, a branch deleted by naming its tip, a comment deleted. The caller
//! has seen to it that it is ours.

use std::time::Duration;

use pullwright_github::{Comments, Effect, PullRequest};
use pullwright_proto::job::Announcement;

use super::{
    Attempt,
    adopt::{self, Standing},
    place::Place,
};
use crate::{error::JobError, git::Deleted};

/// Closes an open pull request; `None` when that is not wanted any more.
pub(super) async fn close(
    attempt: &Attempt<'_>,
    place: &Place,
    found: &PullRequest,
) -> Result<Option<PullRequest>, JobError> {
    if !is_wanted(attempt, attempt.app.settings.github_time_limit).await? {
        return Ok(None);
    }
    let api = place.api(attempt.app);
    match attempt.steps.time("close_pull_request", api.pulls().close(found.number)).await {
        Ok(closed) => Ok(Some(closed)),
        Err(error) if error.effect() == Effect::Unknown => {
            let now = api.pulls().get(found.number).await?;
            if now.state == "open" { Err(error.into()) } else { Ok(Some(now)) }
        }
        Err(error) => Err(error.into()),
    }
}

/// Deletes a branch whose tip is ours; the reason why it stays, when it does.
pub(super) async fn delete_branch(
    attempt: &Attempt<'_>,
    place: &Place,
    branch: &str,
    announced: &[Announcement],
) -> Result<Option<String>, JobError> {
    let tip = match adopt::look(attempt, place, branch, announced).await? {
        Standing::Absent => return Ok(None),
        Standing::Ours(tip) => tip,
        Standing::Continued(tip) => return Ok(Some(format!("a person's commit {tip} is on it"))),
        Standing::Foreign(tip) => return Ok(Some(format!("its tip {tip} is not ours"))),
    };
    let limits = &attempt.app.settings.git.limits;
    if !is_wanted(attempt, limits.push + limits.grace).await? {
        return Ok(Some("it is not to be deleted any more".to_owned()));
    }
    match attempt
        .steps
        .time("delete_branch", attempt.app.git.delete_branch(&place.remote, branch, &tip))
        .await?
    {
        Deleted::Deleted | Deleted::AlreadyGone => Ok(None),
        Deleted::TipMoved => Ok(Some("its tip moved while it was being deleted".to_owned())),
    }
}

/// Deletes a comment; tells whether that was still wanted.
pub(super) async fn delete_comment(
    attempt: &Attempt<'_>,
    comments: Comments<'_>,
    id: i64,
) -> Result<bool, JobError> {
    if !is_wanted(attempt, attempt.app.settings.github_time_limit).await? {
        return Ok(false);
    }
    attempt.steps.time("delete_comment", comments.delete(id)).await?;
    Ok(true)
}

/// Asked directly before each effect, which may take `limit`.
async fn is_wanted(attempt: &Attempt<'_>, limit: Duration) -> Result<bool, JobError> {
    attempt.ensure(limit).await?;
    Ok(attempt.app.ledger.closing_pull_request(attempt.job_id, &attempt.lease.token).await?)
}
