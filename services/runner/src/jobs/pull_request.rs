//! From a branch to a pull request: find ours, or create it, never twice.

use pullwright_github::{Effect, GithubError, NewPullRequest, PullRequest};
use pullwright_proto::{
    job::{Drift, OpenPullRequestSpec, PullRequestRef, Target},
    proposal::PullRequestState,
};

use super::{Attempt, adopt, patch, place::Place, push_branch::Branch};
use crate::{
    App,
    error::JobError,
    text::{self, Chart},
};

/// A pull request of ours.
pub(super) struct Opened {
    pub(super) pull_request: PullRequest,
    pub(super) adopted: bool,
    /// The SHA-256 of the diff that it shows; empty when that is not known.
    pub(super) patch_sha256: String,
}

/// Sees to it that the pull request exists; `None` when nobody wants it any more.
///
/// A mutation is never repeated after an unknown outcome without a read.
pub(super) async fn ensure(
    attempt: &Attempt<'_>,
    place: &Place,
    target: &Target,
    spec: &OpenPullRequestSpec,
    branch: &Branch,
) -> Result<Option<Opened>, JobError> {
    // Where nothing was announced before and the branch has just come into being there cannot be one yet.
    let is_first = spec.announced.is_empty() && !branch.adopted && attempt.number == 1;
    if !is_first && let Some(found) = find(attempt, place, target, spec, branch).await? {
        return Ok(Some(found));
    }
    let app = attempt.app;
    let patch_sha256 = match &branch.patch_sha256 {
        Some(known) => known.clone(),
        None => {
            let Branch { announced, head, path, .. } = branch;
            patch::standing_sha256(attempt, place, announced, head, path).await
        }
    };
    attempt.ensure(app.settings.github_time_limit).await?;
    let still = app.ledger.creating_pull_request(attempt.job_id, &attempt.lease.token);
    if !attempt.steps.time("check_lease", still).await? {
        return Ok(None);
    }
    let new = new(app, target, spec, &branch.drifts, &branch.chart, &patch_sha256);
    match attempt
        .steps
        .time("create_pull_request", place.api(attempt.app).pulls().create(&new))
        .await
    {
        Ok(pull_request) => Ok(Some(Opened { pull_request, adopted: false, patch_sha256 })),
        Err(error) if error.effect() == Effect::Unknown || already_exists(&error) => {
            tracing::warn!(error = %error, "the outcome is unknown or it exists already, looking for the pull request");
            match find(attempt, place, target, spec, branch).await? {
                Some(found) => Ok(Some(found)),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// The pull request that is asked for: what people read of it, without credentials.
pub(super) fn new(
    app: &App,
    target: &Target,
    spec: &OpenPullRequestSpec,
    drifts: &[Drift],
    chart: &Chart,
    patch_sha256: &str,
) -> NewPullRequest {
    let shown = text::redacted(spec, &app.redactor);
    let drifts = text::redacted_drifts(drifts, &app.redactor);
    let body = text::body(&shown, &drifts, chart, app.settings.base_url.as_deref(), patch_sha256);
    NewPullRequest {
        title: app.redactor.redact(&text::title(&shown)).into_owned(),
        head: spec.branch.clone(),
        base: target.base_branch.clone(),
        body: app.redactor.redact(&body).into_owned(),
        draft: false,
        maintainer_can_modify: false,
    }
}

/// The pull request from our branch, if there is one and it is ours.
async fn find(
    attempt: &Attempt<'_>,
    place: &Place,
    target: &Target,
    spec: &OpenPullRequestSpec,
    branch: &Branch,
) -> Result<Option<Opened>, JobError> {
    let found = attempt
        .steps
        .time("find_pull_request", place.api(attempt.app).pulls().find_by_head(&spec.branch))
        .await?;
    let mark = text::marker(spec);
    let mut heads = adopt::heads(&branch.announced)?;
    heads.push(branch.head.clone());
    let mut foreign = None;
    for pull_request in found {
        if adopt::is_ours(attempt, place, target, &mark, &heads, &pull_request).await? {
            tracing::info!(pr_number = pull_request.number, "took over our own pull request");
            let patch_sha256 = branch.patch_sha256.clone().unwrap_or_default();
            return Ok(Some(Opened { pull_request, adopted: true, patch_sha256 }));
        }
        foreign = (pull_request.state == "open").then_some(pull_request.html_url).or(foreign);
    }
    foreign.map_or(Ok(None), |url| Err(JobError::ForeignPullRequest { url }))
}

fn already_exists(error: &GithubError) -> bool {
    error.already_exists()
}

/// A pull request as the ledger records it.
pub fn reference(pull_request: &PullRequest) -> PullRequestRef {
    let state = match (pull_request.merged, pull_request.state.as_str()) {
        (true, _) => PullRequestState::Merged,
        (false, "closed") => PullRequestState::Closed,
        (false, _) => PullRequestState::Open,
    };
    PullRequestRef {
        number: pull_request.number,
        node_id: pull_request.node_id.clone(),
        url: pull_request.html_url.clone(),
        head_oid: pull_request.head.sha.clone(),
        base_oid: pull_request.base.sha.clone(),
        state: state.into(),
        merged_at: pull_request.merged_at.map(timestamp),
        updated_at: pull_request.updated_at.map(timestamp),
    }
}

fn timestamp(time: jiff::Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}
