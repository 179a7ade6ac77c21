//! From a diff to commits: read the base, edit the file, draw the chart, commit. Nothing of it leaves the machine.

use pullwright_proto::job::{Drift, OpenPullRequestSpec, Target};

use super::{
    Look,
    chart::{Drawing, Drawn},
    edit::Edit,
    expected,
    patch::Patch,
    place::Place,
};
use crate::{
    error::JobError,
    git::{Base, Commits, FileChange, GitError, NewCommit},
    text,
};

/// Commits that are not pushed yet.
pub(super) struct Built {
    /// The commits.
    pub(super) commits: Commits,
    /// What they stand on.
    pub(super) base: Base,
    /// What they change of the params file.
    pub(super) patch: Patch,
    /// Where the file was not as expected.
    pub(super) drifts: Vec<Drift>,
    /// The chart that is in them.
    pub(super) drawn: Drawn,
}

/// Builds what the spec says on the tip of the target's base branch; refuses another base or patch than the spec expects.
pub(super) async fn build(
    look: &Look<'_>,
    place: &Place,
    target: &Target,
    spec: &OpenPullRequestSpec,
    edit: &Edit<'_>,
) -> Result<Built, JobError> {
    let (app, steps) = (look.app, look.steps);
    let drawing = Drawing::start(spec, &app.redactor);
    let (base, drawn) = open_base(look, place, &target.base_branch, &edit.path, drawing).await?;
    expected::base(spec, &target.base_branch, &base.oid)?;
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
    let new = new_commits(look, spec, edit, params, drawn.file());
    let commits = steps.time("commit", app.git.commit(&place.remote, &base, &new)).await?;
    let patch = Patch::of(steps.time("diff", app.git.diff(&base, &commits)).await?);
    expected::patch(spec, &edit.path, &patch)?;
    Ok(Built { commits, base, patch, drifts, drawn })
}

/// Opens the base while the chart is drawn. A base that has no place for the chart (a link, a filter) costs the chart only.
async fn open_base(
    look: &Look<'_>,
    place: &Place,
    branch: &str,
    path: &str,
    drawing: Drawing,
) -> Result<(Base, Drawn), JobError> {
    let (git, steps) = (&look.app.git, look.steps);
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
    look: &Look<'_>,
    spec: &OpenPullRequestSpec,
    edit: &Edit<'_>,
    params: FileChange,
    chart: Option<&FileChange>,
) -> Vec<NewCommit> {
    let redactor = &look.app.redactor;
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

fn drift(drift: pullwright_params::Drift) -> Drift {
    Drift {
        key: drift.key,
        expected_json: drift.expected_json,
        found_json: drift.found_json.unwrap_or_default(),
    }
}
