//! Proposals: short in lists, whole by themselves.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pullwright_proto::proposal as v1;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{
    Digest, OffContract, Result, filled,
    metric_delta::{self, MetricDelta},
    raw, time, words,
};

/// The cluster as the proposal remembers it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalCluster)]
struct Cluster {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(schema_with = words::engine_type)]
    engine_type: String,
    #[schema(schema_with = words::environment_or_null)]
    environment: Option<String>,
}

/// The query template as the proposal remembers it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposalTemplate)]
struct Template {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(minimum = 1)]
    version: i32,
    #[schema(schema_with = words::engine_type_or_null)]
    engine_type: Option<String>,
}

/// The queries that a study was measured with.
#[derive(Debug, Serialize, ToSchema)]
struct QuerySet {
    id: String,
    name: String,
    query_count: i32,
}

/// The judgments that a study was measured by.
#[derive(Debug, Serialize, ToSchema)]
struct JudgmentList {
    id: String,
    name: String,
    status: String,
}

/// A study in short.
#[derive(Debug, Serialize, ToSchema)]
struct StudySummary {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(schema_with = words::study_status)]
    status: String,
    best_metric: Option<f64>,
    #[schema(format = Uuid)]
    best_trial_id: Option<String>,
    /// Null unless it was seeded with some.
    query_set: Option<QuerySet>,
    /// Null unless it was seeded with some.
    judgment_list: Option<JudgmentList>,
}

/// One changed parameter, both values as the caller spelled them.
#[derive(Debug, Serialize, ToSchema)]
struct Change {
    #[schema(value_type = serde_json::Value)]
    from: Box<RawValue>,
    #[schema(value_type = serde_json::Value)]
    to: Box<RawValue>,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProposalStatus)]
enum Status {
    Pending,
    PrOpened,
    PrMerged,
    Rejected,
    Superseded,
}

/// What GitHub last said about a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PullRequestState)]
enum PrState {
    Open,
    Closed,
    Merged,
}

/// A proposal in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalSummary {
    #[schema(format = Uuid)]
    id: String,
    /// Null for a manual proposal.
    #[schema(format = Uuid)]
    study_id: Option<String>,
    cluster: Cluster,
    template: Template,
    status: Status,
    pr_state: Option<PrState>,
    pr_url: Option<String>,
    metric_delta: Option<BTreeMap<String, MetricDelta>>,
    is_currently_live: bool,
    created_at: Timestamp,
}

/// A proposal by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalDetail {
    #[schema(format = Uuid)]
    id: String,
    /// Null for a manual proposal.
    #[schema(format = Uuid)]
    study_id: Option<String>,
    study_summary: Option<StudySummary>,
    /// The winning trial.
    #[schema(format = Uuid)]
    study_trial_id: Option<String>,
    cluster: Cluster,
    template: Template,
    config_diff: BTreeMap<String, Change>,
    /// SHA-256 in hex over the sorted lines `key NUL from NUL to LF`.
    config_diff_sha256: String,
    metric_delta: Option<BTreeMap<String, MetricDelta>>,
    status: Status,
    pr_url: Option<String>,
    pr_state: Option<PrState>,
    pr_merged_at: Option<Timestamp>,
    /// Why the last attempt to open it ended, as `CODE: text`.
    pr_open_error: Option<String>,
    rejected_reason: Option<String>,
    /// Whether it is the newest merged proposal of its config repository.
    is_currently_live: bool,
    /// How often it was sent on its way.
    #[schema(minimum = 0)]
    generation: i32,
    branch: Option<String>,
    /// Whether a job that opens its pull request waits or runs.
    is_opening: bool,
    #[schema(format = Uuid)]
    config_repo_id: Option<String>,
    /// The proposal that this one gave way to.
    #[schema(format = Uuid)]
    superseded_by_proposal_id: Option<String>,
    /// The commit that the pull request must be based on, as asked with `open_pr`.
    expected_base_oid: Option<String>,
    /// The SHA-256 of the patch that must be opened, as asked with `open_pr`.
    expected_patch_sha256: Option<String>,
    /// The SHA-256 of the patch that was opened, as the pull request shows it.
    patch_sha256: Option<String>,
    digest: Option<Digest>,
    created_at: Timestamp,
}

impl TryFrom<v1::Proposal> for ProposalSummary {
    type Error = OffContract;

    fn try_from(proposal: v1::Proposal) -> Result<Self> {
        Ok(Self {
            status: status(proposal.status())?,
            pr_state: pr_state(proposal.pull_request_state()),
            id: proposal.id,
            study_id: filled(proposal.study_id),
            cluster: cluster(proposal.cluster)?,
            template: template(proposal.template)?,
            pr_url: filled(proposal.pull_request_url),
            metric_delta: metric_delta::by_metric(proposal.metric_delta),
            is_currently_live: proposal.is_currently_live,
            created_at: time::required("proposal.created_at", proposal.created_at)?,
        })
    }
}

impl TryFrom<v1::Proposal> for ProposalDetail {
    type Error = OffContract;

    fn try_from(proposal: v1::Proposal) -> Result<Self> {
        Ok(Self {
            status: status(proposal.status())?,
            pr_state: pr_state(proposal.pull_request_state()),
            id: proposal.id,
            study_id: filled(proposal.study_id),
            study_summary: proposal.study.map(summary),
            study_trial_id: filled(proposal.study_trial_id),
            cluster: cluster(proposal.cluster)?,
            template: template(proposal.template)?,
            config_diff: proposal.config_diff.into_iter().map(change).collect::<Result<_>>()?,
            config_diff_sha256: proposal.config_diff_sha256,
            metric_delta: metric_delta::by_metric(proposal.metric_delta),
            pr_url: filled(proposal.pull_request_url),
            pr_merged_at: time::optional("proposal.merged_at", proposal.merged_at)?,
            pr_open_error: filled(proposal.pull_request_error),
            rejected_reason: filled(proposal.rejected_reason),
            is_currently_live: proposal.is_currently_live,
            generation: proposal.generation,
            branch: filled(proposal.branch),
            is_opening: proposal.is_opening,
            config_repo_id: filled(proposal.config_repo_id),
            superseded_by_proposal_id: filled(proposal.superseded_by_proposal_id),
            expected_base_oid: filled(proposal.expected_base_oid),
            expected_patch_sha256: filled(proposal.expected_patch_sha256),
            patch_sha256: filled(proposal.patch_sha256),
            digest: proposal.digest.map(Digest::try_from).transpose()?,
            created_at: time::required("proposal.created_at", proposal.created_at)?,
        })
    }
}

fn status(status: v1::ProposalStatus) -> Result<Status> {
    match status {
        v1::ProposalStatus::Unspecified => Err(OffContract("proposal.status")),
        v1::ProposalStatus::Pending => Ok(Status::Pending),
        v1::ProposalStatus::PrOpened => Ok(Status::PrOpened),
        v1::ProposalStatus::PrMerged => Ok(Status::PrMerged),
        v1::ProposalStatus::Rejected => Ok(Status::Rejected),
        v1::ProposalStatus::Superseded => Ok(Status::Superseded),
    }
}

fn pr_state(state: v1::PullRequestState) -> Option<PrState> {
    match state {
        v1::PullRequestState::Unspecified => None,
        v1::PullRequestState::Open => Some(PrState::Open),
        v1::PullRequestState::Closed => Some(PrState::Closed),
        v1::PullRequestState::Merged => Some(PrState::Merged),
    }
}

fn cluster(cluster: Option<v1::ClusterSummary>) -> Result<Cluster> {
    let v1::ClusterSummary { id, name, engine_type, environment } =
        cluster.ok_or(OffContract("proposal.cluster"))?;
    Ok(Cluster { id, name, engine_type, environment: filled(environment) })
}

fn template(template: Option<v1::TemplateSummary>) -> Result<Template> {
    let v1::TemplateSummary { id, name, version, engine_type } =
        template.ok_or(OffContract("proposal.template"))?;
    Ok(Template { id, name, version, engine_type: filled(engine_type) })
}

fn summary(study: v1::StudySummary) -> StudySummary {
    StudySummary {
        id: study.id,
        name: study.name,
        status: study.status,
        best_metric: study.best_metric,
        best_trial_id: filled(study.best_trial_id),
        query_set: study.query_set.map(|set| QuerySet {
            id: set.id,
            name: set.name,
            query_count: set.query_count,
        }),
        judgment_list: study.judgment_list.map(|list| JudgmentList {
            id: list.id,
            name: list.name,
            status: list.status,
        }),
    }
}

fn change(change: v1::ParameterChange) -> Result<(String, Change)> {
    let from = raw::value("proposal.config_diff.from_json", change.from_json)?;
    let to = raw::value("proposal.config_diff.to_json", change.to_json)?;
    Ok((change.key, Change { from, to }))
}
