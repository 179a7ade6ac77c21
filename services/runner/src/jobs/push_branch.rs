//! From a diff to a branch: read the base, edit the file, commit, announce, push; or take over what an earlier attempt left.

use pullwright_proto::job::{Announcement, Drift, OpenPullRequestSpec, Target};

use super::{
    Attempt,
    adopt::{self, Standing},
    chart::{self, Drawing, Drawn},
    edit::Edit,
    place::Place,
};
use crate::{
    error::JobError,
    git::{Base, Commits, FileChange, GitError, NewCommit, Oid, Pushed},
    text::{self, Chart},
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
    let edit = Edit::read(target, spec)?;
    if !spec.announced.is_empty() {
        let standing = adopt::look(attempt, place, &spec.branch, &spec.announced).await?;
        if let Some(head) = ours(standing, &spec.branch)? {
            let chart = chart::on_branch(attempt, place, spec, &head).await;
            return Ok(Some(Branch::adopted(head, spec.announced.clone(), Vec::new(), chart)));
        }
    }
    let built = build(attempt, place, target, spec, edit).await?;
    push(attempt, place, spec, built).await
}

/// Commits that are not pushed yet.
struct Built {
    commits: Commits,
    on: BuiltOn,
    drifts: Vec<Drift>,
    drawn: Drawn,
}

async fn build(
    attempt: &Attempt<'_>,
    place: &Place,
    target: &Target,
    spec: &OpenPullRequestSpec,
    edit: Edit<'_>,
) -> Result<Built, JobError> {
    let (app, steps) = (attempt.app, attempt.steps);
    let drawing = Drawing::start(spec, &app.redactor);
    let (base, drawn) = open_base(attempt, place, &target.base_branch, &edit.path, drawing).await?;
    let edited = pullwright_params::edit(&base.blob.bytes, &edit.changes)?;
    let drifts: Vec<Drift> = edited.drift.into_iter().map(drift).collect();
    for drift in &drifts {
        tracing::warn!(
            param = drift.key,
            expected = drift.expected_json,
            found = drift.found_json,
            "pr_open_drift"
        );
    }
    let params = FileChange { path: edit.path.clone(), bytes: edited.bytes, mode: base.blob.mode };
    let new = new_commits(attempt, spec, &edit, params, drawn.file());
    let commits = steps.time("commit", app.git.commit(&place.remote, &base, &new)).await?;
    let on = BuiltOn { base: base.oid, blob: base.blob.oid, path: edit.path };
    Ok(Built { commits, on, drifts, drawn })
}

/// Opens the base while the chart is drawn. A base that has no place for the chart (a link, a filter) costs the chart only.
async fn open_base(
    attempt: &Attempt<'_>,
    place: &Place,
    branch: &str,
    path: &str,
    drawing: Drawing,
) -> Result<(Base, Drawn), JobError> {
    let (git, steps) = (&attempt.app.git, attempt.steps);
    let writes = drawing.writes();
    match steps.time("fetch", git.open_base(&place.remote, branch, path, &writes)).await {
        Ok(base) => Ok((base, steps.time("draw_chart", drawing.finish()).await)),
        Err(error @ GitError::PathRefused { .. }) if !writes.is_empty() => {
            // If it was the edited file's path, it is refused again.
            let base = steps.time("fetch", git.open_base(&place.remote, branch, path, &[])).await?;
            Ok((base, drawing.give_up(&error)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The edit, and on top of it the chart if there is one.
fn new_commits(
    attempt: &Attempt<'_>,
    spec: &OpenPullRequestSpec,
    edit: &Edit<'_>,
    params: FileChange,
    chart: Option<&FileChange>,
) -> Vec<NewCommit> {
    let redactor = &attempt.app.redactor;
    let shown = text::redacted(spec, redactor);
    let commit = |file: FileChange, message: &str| NewCommit {
        files: vec![file],
        message: redactor.redact(message).into_owned(),
        identity: edit.identity.clone(),
        date: edit.date,
    };
    let mut commits = vec![commit(params, &text::commit::message(&shown))];
    commits.extend(chart.map(|file| commit(file.clone(), &text::commit::chart_message(&shown))));
    commits
}

async fn push(
    attempt: &Attempt<'_>,
    place: &Place,
    spec: &OpenPullRequestSpec,
    built: Built,
) -> Result<Option<Branch>, JobError> {
    let (app, steps) = (attempt.app, attempt.steps);
    let Built { commits, on, drifts, drawn } = built;
    let announcement =
        Announcement { base_oid: on.base.to_string(), head_oid: commits.head.to_string() };
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
            let chart = drawn.shown(place, &commits.head);
            let (head, built_on) = (commits.head, Some(on));
            return Ok(Some(Branch { head, announced, adopted: false, built_on, drifts, chart }));
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
    let chart = if head == commits.head {
        drawn.shown(place, &head)
    } else {
        chart::on_branch(attempt, place, spec, &head).await
    };
    Ok(Some(Branch::adopted(head, announced, drifts, chart)))
}

impl Branch {
    /// A branch that stood there before this attempt was sure of it.
    fn adopted(head: Oid, announced: Vec<Announcement>, drifts: Vec<Drift>, chart: Chart) -> Self {
        Self { head, announced, adopted: true, built_on: None, drifts, chart }
    }
}

/// The tip of the branch as it stands, if it is ours; `None` when there is none; an error when it is foreign.
fn ours(standing: Standing, branch: &str) -> Result<Option<Oid>, JobError> {
    match standing {
        Standing::Absent => Ok(None),
        Standing::Foreign(_) => Err(adopt::refused(branch)),
        Standing::Ours(head) | Standing::Continued(head) => {
            tracing::info!(branch, head = %head, "took over our own branch");
            Ok(Some(head))
        }
    }
}

fn drift(drift: pullwright_params::Drift) -> Drift {
    Drift {
        key: drift.key,
        expected_json: drift.expected_json,
        found_json: drift.found_json.unwrap_or_default(),
    }
}
