//! Proposals: short in lists, whole by themselves.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pullwright_proto::proposal as v1;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Digest, OffContract, Result, filled,
    metric_delta::{self, MetricDelta},
    raw, time,
};

#[derive(Debug, Serialize)]
struct Cluster {
    id: String,
    name: String,
    engine_type: String,
    environment: Option<String>,
}

#[derive(Debug, Serialize)]
struct Template {
    id: String,
    name: String,
    version: i32,
    engine_type: Option<String>,
}

#[derive(Debug, Serialize)]
struct StudySummary {
    id: String,
    name: String,
    status: String,
    best_metric: Option<f64>,
    best_trial_id: Option<String>,
    /// Query sets and judgment lists are not ours; the shape has them.
    query_set: Option<()>,
    judgment_list: Option<()>,
}

#[derive(Debug, Serialize)]
struct Change {
    from: Box<RawValue>,
    to: Box<RawValue>,
}

/// A proposal in a list.
#[derive(Debug, Serialize)]
pub(crate) struct ProposalSummary {
    id: String,
    study_id: Option<String>,
    cluster: Cluster,
    template: Template,
    status: &'static str,
    pr_state: Option<&'static str>,
    pr_url: Option<String>,
    metric_delta: Option<BTreeMap<String, MetricDelta>>,
    is_currently_live: bool,
    created_at: Timestamp,
}

/// A proposal by itself.
#[derive(Debug, Serialize)]
pub(crate) struct ProposalDetail {
    id: String,
    study_id: Option<String>,
    study_summary: Option<StudySummary>,
    study_trial_id: Option<String>,
    cluster: Cluster,
    template: Template,
    config_diff: BTreeMap<String, Change>,
    config_diff_sha256: String,
    metric_delta: Option<BTreeMap<String, MetricDelta>>,
    status: &'static str,
    pr_url: Option<String>,
    pr_state: Option<&'static str>,
    pr_merged_at: Option<Timestamp>,
    pr_open_error: Option<String>,
    rejected_reason: Option<String>,
    is_currently_live: bool,
    generation: i32,
    branch: Option<String>,
    is_opening: bool,
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
            digest: proposal.digest.map(Digest::try_from).transpose()?,
            created_at: time::required("proposal.created_at", proposal.created_at)?,
        })
    }
}

fn status(status: v1::ProposalStatus) -> Result<&'static str> {
    match status {
        v1::ProposalStatus::Unspecified => Err(OffContract("proposal.status")),
        v1::ProposalStatus::Pending => Ok("pending"),
        v1::ProposalStatus::PrOpened => Ok("pr_opened"),
        v1::ProposalStatus::PrMerged => Ok("pr_merged"),
        v1::ProposalStatus::Rejected => Ok("rejected"),
        v1::ProposalStatus::Superseded => Ok("superseded"),
    }
}

fn pr_state(state: v1::PullRequestState) -> Option<&'static str> {
    match state {
        v1::PullRequestState::Unspecified => None,
        v1::PullRequestState::Open => Some("open"),
        v1::PullRequestState::Closed => Some("closed"),
        v1::PullRequestState::Merged => Some("merged"),
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
        query_set: None,
        judgment_list: None,
    }
}

fn change(change: v1::ParameterChange) -> Result<(String, Change)> {
    let from = raw::value("proposal.config_diff.from_json", change.from_json)?;
    let to = raw::value("proposal.config_diff.to_json", change.to_json)?;
    Ok((change.key, Change { from, to }))
}
