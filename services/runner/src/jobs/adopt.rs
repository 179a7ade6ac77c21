//! Whose a branch is. The journal decides: a tip that was announced is ours, a tip above one is ours with a person's commits on
//! top, everything else is foreign and never touched.

use pullwright_proto::job::Announcement;

use super::{Attempt, place::Place};
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
    attempt: &Attempt<'_>,
    place: &Place,
    branch: &str,
    announced: &[Announcement],
) -> Result<Standing, JobError> {
    let engine = &attempt.app.git;
    let Some(tip) = attempt.steps.time("look_at_branch", engine.tip(&place.remote, branch)).await?
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

/// The refusal to touch a branch that is not ours.
pub(super) fn refused(branch: &str) -> JobError {
    GitError::BranchExists { branch: branch.to_owned() }.into()
}
