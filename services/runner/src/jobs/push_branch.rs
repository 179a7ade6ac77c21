//! From a diff to a branch: read the base, edit the file, commit, announce, push; or take over what an earlier attempt left.

use pullwright_params::{Change, Declared};
use pullwright_proto::job::{Announcement, Drift, OpenPullRequestSpec, Target};
use pullwright_types::names;

use super::{
    Attempt,
    adopt::{self, Standing},
    place::Place,
};
use crate::{
    error::JobError,
    git::{FileChange, GitError, Identity, NewCommit, Oid, Pushed},
    text,
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
}

/// The base of an edit.
pub(super) struct BuiltOn {
    pub(super) base: Oid,
    pub(super) blob: Oid,
    pub(super) path: String,
}

/// Sees to it that the branch exists; `None` when nobody wants it any more.
pub(super) async fn ensure(
    attempt: &Attempt<'_>,
    place: &Place,
    target: &Target,
    spec: &OpenPullRequestSpec,
) -> Result<Option<Branch>, JobError> {
    let path = params_path(target, spec)?;
    let changes = checked_changes(target, spec)?;
    if !spec.announced.is_empty() {
        let standing = adopt::look(attempt, place, &spec.branch, &spec.announced).await?;
        if let Some(branch) = take_over(standing, spec.announced.clone(), &spec.branch)? {
            return Ok(Some(branch));
        }
    }
    build_and_push(attempt, place, target, spec, &path, &changes).await
}

async fn build_and_push(
    attempt: &Attempt<'_>,
    place: &Place,
    target: &Target,
    spec: &OpenPullRequestSpec,
    path: &str,
    changes: &[Change<'_>],
) -> Result<Option<Branch>, JobError> {
    let (app, steps) = (attempt.app, attempt.steps);
    let base = steps
        .time("fetch", app.git.open_base(&place.remote, &target.base_branch, path, &[]))
        .await?;
    let edited = pullwright_params::edit(&base.blob.bytes, changes)?;
    let drifts: Vec<Drift> = edited.drift.into_iter().map(drift).collect();
    for drift in &drifts {
        tracing::warn!(
            param = drift.key,
            expected = drift.expected_json,
            found = drift.found_json,
            "pr_open_drift"
        );
    }
    let commit = NewCommit {
        files: vec![FileChange {
            path: path.to_owned(),
            bytes: edited.bytes,
            mode: base.blob.mode,
        }],
        message: app.redactor.redact(&text::commit::message(spec)).into_owned(),
        identity: identity(spec)?,
        date: date(spec)?,
    };
    let commits = steps.time("commit", app.git.commit(&place.remote, &base, &[commit])).await?;

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
    let (unclear, text) = match pushed {
        Pushed::Created => {
            let built_on =
                Some(BuiltOn { base: base.oid, blob: base.blob.oid, path: path.to_owned() });
            return Ok(Some(Branch {
                head: commits.head,
                announced,
                adopted: false,
                built_on,
                drifts,
            }));
        }
        Pushed::Refused { text } => return Err(GitError::PushRefused { text }.into()),
        Pushed::AuthFailed { text } => return Err(GitError::AuthFailed { text }.into()),
        Pushed::BaseGone => {
            return Err(JobError::Unsettled { what: "push: the base was replaced at the remote" });
        }
        Pushed::RefusedExists => (false, String::new()),
        Pushed::Unknown { text } => (true, text),
    };
    if unclear {
        tracing::warn!(git.text = text, "the push's outcome is unknown, looking at the branch");
    }
    // No word of git's output is taken for success: only the remote's branch tells.
    let standing = adopt::look(attempt, place, &spec.branch, &announced).await?;
    let found = take_over(standing, announced, &spec.branch)?;
    found
        .map(|branch| Some(Branch { drifts, ..branch }))
        .ok_or(JobError::Unsettled { what: "push" })
}

/// The branch as it stands, if it is ours; `None` when there is none; an error when it is foreign.
fn take_over(
    standing: Standing,
    announced: Vec<Announcement>,
    branch: &str,
) -> Result<Option<Branch>, JobError> {
    match standing {
        Standing::Absent => Ok(None),
        Standing::Foreign(_) => Err(adopt::refused(branch)),
        Standing::Ours(head) | Standing::Continued(head) => {
            tracing::info!(branch, head = %head, "took over our own branch");
            Ok(Some(Branch { head, announced, adopted: true, built_on: None, drifts: Vec::new() }))
        }
    }
}

/// `{config_path}/{template}.params.json`: the only file that this lane ever writes, beside the chart.
fn params_path(target: &Target, spec: &OpenPullRequestSpec) -> Result<String, JobError> {
    if target.config_path.is_empty() {
        return Err(JobError::ConfigPath { rule: "is unset; set it on the cluster" });
    }
    names::config_path(&target.config_path)
        .map_err(|malformed| JobError::ConfigPath { rule: malformed.rule })?;
    let template = spec.proposal.as_ref().and_then(|proposal| proposal.template.as_ref());
    let template = template.map(|template| template.name.as_str()).unwrap_or_default();
    names::template(template)
        .map_err(|source| JobError::Spec { field: "template name", source })?;
    Ok(format!("{}/{template}.params.json", target.config_path))
}

fn checked_changes<'a>(
    target: &Target,
    spec: &'a OpenPullRequestSpec,
) -> Result<Vec<Change<'a>>, JobError> {
    let changes: Vec<Change<'a>> = spec
        .proposal
        .iter()
        .flat_map(|proposal| &proposal.config_diff)
        .map(|change| Change {
            key: &change.key,
            from_json: &change.from_json,
            to_json: &change.to_json,
        })
        .collect();
    let declared = Declared::parse(&target.declared_params_json)?;
    pullwright_params::check(&changes, &declared)?;
    Ok(changes)
}

fn identity(spec: &OpenPullRequestSpec) -> Result<Identity, JobError> {
    let identity = spec.identity.clone().unwrap_or_default();
    Identity::new(&identity.name, &identity.email)
        .map_err(|source| JobError::Spec { field: "commit identity", source })
}

fn date(spec: &OpenPullRequestSpec) -> Result<jiff::Timestamp, JobError> {
    let seconds = spec.committed_at.as_ref().map(|time| time.seconds).unwrap_or_default();
    jiff::Timestamp::from_second(seconds).map_err(|_| JobError::Spec {
        field: "commit date",
        source: pullwright_types::Malformed { rule: "is out of range" },
    })
}

fn drift(drift: pullwright_params::Drift) -> Drift {
    Drift {
        key: drift.key,
        expected_json: drift.expected_json,
        found_json: drift.found_json.unwrap_or_default(),
    }
}
