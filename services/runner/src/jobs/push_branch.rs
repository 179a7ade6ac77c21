//! From commits to a branch: build, announce, push; or take over what an earlier attempt left.

use pullwright_proto::job::{Announcement, Drift, OpenPullRequestSpec, Target};

use super::{
    Attempt,
    adopt::{self, Standing},
    build::{self, Built},
    chart,
    edit::Edit,
    place::Place,
};
use crate::{
    error::JobError,
    git::{GitError, Oid, Pushed},
    text::Chart,
};

/// A branch of ours at the remote.
pub(super) struct Branch {
    /// Its tip.
    pub(super) head: Oid,
    /// All that was announced for it.
    pub(super) announced: Vec<Announcement>,
    /// Whether an earlier attempt, or a person after it, made it.
    pub(super) adopted: bool,
    /// The base on which this attempt built; `None` when the branch was adopted.
    pub(super) built_on: Option<BuiltOn>,
    /// Where the file was not as expected.
    pub(super) drifts: Vec<Drift>,
    /// What there is to show of parameter importance.
    pub(super) chart: Chart,
    /// The file that it edits.
    pub(super) path: String,
    /// The SHA-256 of its diff of that file; `None` when it was not built in this attempt.
    pub(super) patch_sha256: Option<String>,
}

/// The base of an edit.
pub(super) struct BuiltOn {
    pub(super) base: Oid,
    pub(super) blob: Oid,
}

/// Sees to it that the branch exists; `None` when nobody wants it any more.
pub(super) async fn ensure(
    attempt: &Attempt<'_>,
    place: &Place,
    target: &Target,
    spec: &OpenPullRequestSpec,
) -> Result<Option<Branch>, JobError> {
    let edit = Edit::read(target, spec)?;
    if !spec.announced.is_empty() {
        let standing = adopt::look(attempt, place, &spec.branch, &spec.announced).await?;
        if let Some(head) = ours(standing, &spec.branch)? {
            let chart = chart::on_branch(attempt, place, spec, &head).await;
            return Ok(Some(Branch {
                head,
                announced: spec.announced.clone(),
                adopted: true,
                built_on: None,
                drifts: Vec::new(),
                chart,
                path: edit.path,
                patch_sha256: None,
            }));
        }
    }
    let built = build::build(attempt, place, target, spec, &edit).await?;
    push(attempt, place, spec, built).await
}

async fn push(
    attempt: &Attempt<'_>,
    place: &Place,
    spec: &OpenPullRequestSpec,
    built: Built,
) -> Result<Option<Branch>, JobError> {
    let (app, steps) = (attempt.app, attempt.steps);
    let Built { commits, base, patch, drifts, drawn } = built;
    let announcement =
        Announcement { base_oid: base.oid.to_string(), head_oid: commits.head.to_string() };
    let mut announced = spec.announced.clone();
    announced.push(announcement.clone());
    attempt.ensure(app.settings.git.limits.push + app.settings.git.limits.grace).await?;
    if !steps
        .time("announce", app.ledger.announce(attempt.job_id, &attempt.lease.token, announcement))
        .await?
    {
        return Ok(None);
    }
    let pushed =
        steps.time("push", app.git.push_new(&place.remote, &spec.branch, &commits)).await?;
    match pushed {
        Pushed::Created => {
            return Ok(Some(Branch {
                chart: drawn.shown(place, &commits.head),
                head: commits.head,
                announced,
                adopted: false,
                built_on: Some(BuiltOn { base: base.oid, blob: base.blob.oid }),
                drifts,
                path: base.path,
                patch_sha256: Some(patch.sha256),
            }));
        }
        Pushed::Refused { text } => return Err(GitError::PushRefused { text }.into()),
        Pushed::AuthFailed { text } => return Err(GitError::AuthFailed { text }.into()),
        Pushed::BaseGone => {
            return Err(JobError::Unsettled { what: "push: the base was replaced at the remote" });
        }
        Pushed::RefusedExists => {}
        Pushed::Unknown { text } => {
            tracing::warn!(git.text = text, "the push's outcome is unknown, looking at the branch");
        }
    }
    // No word of git's output is taken for success: only the remote's branch tells.
    let standing = adopt::look(attempt, place, &spec.branch, &announced).await?;
    let head = ours(standing, &spec.branch)?.ok_or(JobError::Unsettled { what: "push" })?;
    let is_as_built = head == commits.head;
    let chart = if is_as_built {
        drawn.shown(place, &head)
    } else {
        chart::on_branch(attempt, place, spec, &head).await
    };
    Ok(Some(Branch {
        head,
        announced,
        adopted: true,
        built_on: None,
        drifts,
        chart,
        path: base.path,
        patch_sha256: is_as_built.then_some(patch.sha256),
    }))
}

/// The tip of the branch as it stands, if it is ours; `None` when there is none; an error when it is foreign.
pub(super) fn ours(standing: Standing, branch: &str) -> Result<Option<Oid>, JobError> {
    match standing {
        Standing::Absent => Ok(None),
        Standing::Foreign(_) => Err(adopt::refused(branch)),
        Standing::Ours(head) | Standing::Continued(head) => {
            tracing::info!(branch, head = %head, "took over our own branch");
            Ok(Some(head))
        }
    }
}
