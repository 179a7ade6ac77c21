//! Proposals on the wire.

use pullwright_proto::proposal as v1;

use super::{id, study, time};
use crate::domain::{
    Detail, MetricDeltas, PullRequestState, Status, StudySummary,
    detail::{JudgmentList, QuerySet},
    proposal::{Change, Cluster, Template},
};

/// Writes a proposal with what is known beside it.
#[must_use]
pub fn message(detail: Detail) -> v1::Proposal {
    let proposal = detail.proposal;
    v1::Proposal {
        id: proposal.id.to_string(),
        study_id: id::text(proposal.study_id),
        study: detail.study.map(summary),
        study_trial_id: id::text(proposal.study_trial_id),
        cluster: Some(cluster(proposal.cluster)),
        template: Some(template(proposal.template)),
        config_diff: detail.changes.into_iter().map(change).collect(),
        config_diff_sha256: hex::encode(proposal.config_diff_sha256),
        metric_delta: proposal.metric_delta.map(deltas).unwrap_or_default(),
        status: status(proposal.status).into(),
        pull_request_state: proposal
            .pr_state
            .map_or(v1::PullRequestState::Unspecified, pull_request_state)
            .into(),
        pull_request_url: proposal.pr_url.unwrap_or_default(),
        pull_request_number: proposal.pr_number.unwrap_or_default(),
        merged_at: proposal.pr_merged_at.map(time::message),
        pull_request_error: proposal.pr_open_error.unwrap_or_default(),
        rejected_reason: proposal.rejected_reason.unwrap_or_default(),
        superseded_by_proposal_id: id::text(proposal.superseded_by),
        is_currently_live: detail.is_currently_live,
        digest: detail.digest.map(study::digest),
        created_at: Some(time::message(proposal.created_at)),
        generation: proposal.generation,
        branch: detail.branch.unwrap_or_default(),
        is_opening: detail.is_opening,
        config_repo_id: id::text(proposal.config_repo_id),
        expected_base_oid: detail.expected.base_oid.unwrap_or_default(),
        expected_patch_sha256: detail.expected.patch_sha256.unwrap_or_default(),
        patch_sha256: detail.patch_sha256.unwrap_or_default(),
    }
}

/// Writes a proposal's state.
#[must_use]
pub fn status(status: Status) -> v1::ProposalStatus {
    match status {
        Status::Pending => v1::ProposalStatus::Pending,
        Status::PrOpened => v1::ProposalStatus::PrOpened,
        Status::PrMerged => v1::ProposalStatus::PrMerged,
        Status::Rejected => v1::ProposalStatus::Rejected,
        Status::Superseded => v1::ProposalStatus::Superseded,
    }
}

/// Writes a pull request's state.
#[must_use]
pub fn pull_request_state(state: PullRequestState) -> v1::PullRequestState {
    match state {
        PullRequestState::Open => v1::PullRequestState::Open,
        PullRequestState::Closed => v1::PullRequestState::Closed,
        PullRequestState::Merged => v1::PullRequestState::Merged,
    }
}

fn cluster(cluster: Cluster) -> v1::ClusterSummary {
    v1::ClusterSummary {
        id: cluster.id.to_string(),
        name: cluster.name,
        engine_type: cluster.engine_type,
        environment: cluster.environment,
    }
}

fn template(template: Template) -> v1::TemplateSummary {
    v1::TemplateSummary {
        id: template.id.to_string(),
        name: template.name,
        version: template.version,
        engine_type: template.engine_type,
    }
}

fn summary(study: StudySummary) -> v1::StudySummary {
    v1::StudySummary {
        id: study.id.to_string(),
        name: study.name,
        status: study.status,
        best_metric: study.best_metric,
        best_trial_id: id::text(study.best_trial_id),
        query_set: study.query_set.map(query_set),
        judgment_list: study.judgment_list.map(judgment_list),
    }
}

fn query_set(QuerySet { id, name, query_count }: QuerySet) -> v1::QuerySetSummary {
    v1::QuerySetSummary { id: id.to_string(), name, query_count }
}

fn judgment_list(JudgmentList { id, name, status }: JudgmentList) -> v1::JudgmentListSummary {
    v1::JudgmentListSummary { id: id.to_string(), name, status }
}

fn change(change: Change) -> v1::ParameterChange {
    v1::ParameterChange { key: change.key, from_json: change.from_json, to_json: change.to_json }
}

fn deltas(deltas: MetricDeltas) -> Vec<v1::MetricDelta> {
    deltas
        .into_iter()
        .map(|(metric, delta)| v1::MetricDelta {
            metric,
            baseline: delta.baseline,
            achieved: delta.achieved,
            delta_pct: delta.delta_pct,
        })
        .collect()
}
