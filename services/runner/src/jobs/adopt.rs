//! Whose a branch is, and whose a pull request. The journal decides: a tip that was announced is ours, a tip above one is ours with a person's commits on
//! top, everything else is foreign and never touched.

use pullwright_github::PullRequest;
use pullwright_proto::job::{Announcement, Target};

use super::{Look, place::Place};
use crate::{
    error::JobError,
    git::{GitError, Oid},
};

/// What stands under our branch's name at the remote.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// No such branch.
    Absent,
    /// A commit that was announced.
    Ours(Oid),
    /// A commit that descends from one that was announced: a person went on from there.
    Continued(Oid),
    /// Anything else.
    Foreign(Oid),
}

/// Looks at the branch's tip and compares it with what was announced.
pub(super) async fn look(
    look: &Look<'_>,
    place: &Place,
    branch: &str,
    announced: &[Announcement],
) -> Result<Standing, JobError> {
    let engine = &look.app.git;
    let Some(tip) = look.steps.time("look_at_branch", engine.tip(&place.remote, branch)).await?
    else {
        return Ok(Standing::Absent);
    };
    let heads = heads(announced)?;
    if heads.contains(&tip) {
        return Ok(Standing::Ours(tip));
    }
    if !heads.is_empty() && engine.descends_from(&place.remote, &tip, &heads).await? {
        return Ok(Standing::Continued(tip));
    }
    Ok(Standing::Foreign(tip))
}

/// The heads that were announced.
pub(super) fn heads(announced: &[Announcement]) -> Result<Vec<Oid>, JobError> {
    let parse = |announcement: &Announcement| Oid::parse(&announcement.head_oid);
    announced
        .iter()
        .map(parse)
        .collect::<Result<_, _>>()
        .map_err(|source| JobError::Spec { field: "journal", source })
}

/// Ours: from our repository and from one of `heads` or a commit on top of one, into our base, and with this hidden mark.
pub(super) async fn is_ours(
    look: &Look<'_>,
    place: &Place,
    target: &Target,
    mark: &str,
    heads: &[Oid],
    pull_request: &PullRequest,
) -> Result<bool, JobError> {
    let marked = pull_request.body.as_deref().is_some_and(|body| body.contains(mark));
    if !(is_from(place, pull_request) && marked && pull_request.base.name == target.base_branch) {
        return Ok(false);
    }
    let Ok(head) = Oid::parse(&pull_request.head.sha) else { return Ok(false) };
    Ok(heads.contains(&head) || look.app.git.descends_from(&place.remote, &head, heads).await?)
}

/// Whether a pull request's head is in our repository.
pub(super) fn is_from(place: &Place, pull_request: &PullRequest) -> bool {
    let name = pull_request.head.repository.as_deref();
    name.is_some_and(|name| name.eq_ignore_ascii_case(&place.name.to_string()))
}

/// The refusal to touch a branch that is not ours.
pub(super) fn refused(branch: &str) -> JobError {
    GitError::BranchExists { branch: branch.to_owned() }.into()
}
