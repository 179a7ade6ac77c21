//! Taking something away on GitHub: pull requests are closed, a branch deleted by naming its tip, a comment deleted. Where nothing is
//! compared here, the caller has seen to it that it is ours.

use std::time::Duration;

use pullwright_github::{Comments, Effect, PullRequest};
use pullwright_proto::job::{Announcement, Target};

use super::{
    Attempt,
    adopt::{self, Standing},
    place::Place,
};
use crate::{error::JobError, git::Deleted};

/// A branch of ours that is to be cleared away.
pub(super) struct Branch<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Where it is.
    pub(super) target: &'a Target,
    /// The hidden mark of our pull requests from it.
    pub(super) mark: &'a str,
    /// What was announced for it.
    pub(super) announced: &'a [Announcement],
}

/// What became of the open pull requests from a branch.
#[derive(Default)]
pub(super) struct Cleared {
    /// The numbers of those that were closed.
    pub(super) closed: Vec<i64>,
    /// Why the branch has to stay.
    pub(super) needed_by: Option<String>,
}

/// Closes the open pull requests from a branch that are ours. One that is somebody's needs the branch: without it GitHub closes the pull
/// request. `seen_to` is the number of one that was closed just now and may still be listed.
pub(super) async fn clear(
    attempt: &Attempt<'_>,
    place: &Place,
    branch: &Branch<'_>,
    seen_to: Option<i64>,
    wanted: Option<i64>,
) -> Result<Cleared, JobError> {
    let heads = adopt::heads(branch.announced)?;
    let mut cleared = Cleared::default();
    for found in open(attempt, place, branch.name).await? {
        if seen_to == Some(found.number) {
            continue;
        }
        if wanted == Some(found.number) {
            cleared.needed_by = Some(format!("pull request #{} needs it", found.number));
        } else if adopt::is_ours(attempt, place, branch.target, branch.mark, &heads, &found).await?
        {
            let closed = close(attempt, place, &found).await?;
            cleared.closed.extend(closed.map(|pull| pull.number));
        } else {
            tracing::warn!(pr_url = found.html_url, "left a pull request that is not ours");
            cleared.needed_by =
                Some(format!("pull request #{}, which is not ours, needs it", found.number));
        }
    }
    Ok(cleared)
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
    branch: &Branch<'_>,
) -> Result<Option<String>, JobError> {
    let tip = match adopt::look(attempt, place, branch.name, branch.announced).await? {
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
        .time("delete_branch", attempt.app.git.delete_branch(&place.remote, branch.name, &tip))
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
