//! How a proposal looks.

use pullwright_proto::proposal::{Proposal, ProposalStatus, PullRequestState};

use crate::output::{Fields, Moment as _, bad, good, status};

/// The name of a proposal in JSON.
pub const PROPOSAL: &str = "pullwright.proposal.v1.Proposal";

/// Its state in a word or two, as people say it.
pub fn state(proposal: &Proposal) -> String {
    let name = match proposal.status() {
        ProposalStatus::Unspecified => "-",
        ProposalStatus::Pending if proposal.is_opening => "opening",
        ProposalStatus::Pending if !proposal.pull_request_error.is_empty() => "pending, failed",
        ProposalStatus::Pending => "pending",
        ProposalStatus::PrOpened => match proposal.pull_request_state() {
            PullRequestState::Closed => "pr_opened, closed",
            _ => "pr_opened",
        },
        ProposalStatus::PrMerged => "pr_merged",
        ProposalStatus::Rejected => "rejected",
        ProposalStatus::Superseded => "superseded",
    };
    status(name)
}

/// All of it.
pub fn detail(proposal: &Proposal) -> String {
    let cluster = proposal.cluster.clone().unwrap_or_default();
    let template = proposal.template.clone().unwrap_or_default();
    let mut fields = Fields::default()
        .with("proposal", &proposal.id)
        .with("state", state(proposal))
        .with_some("pull request", &proposal.pull_request_url)
        .with_some("error", red(&proposal.pull_request_error))
        .with_some("rejected because", &proposal.rejected_reason)
        .with_some("superseded by", &proposal.superseded_by_proposal_id)
        .with_some("live", if proposal.is_currently_live { good("yes") } else { String::new() })
        .with("cluster", format!("{} ({})", cluster.name, cluster.environment))
        .with("template", format!("{} v{}", template.name, template.version));
    if let Some(study) = &proposal.study {
        fields = fields.with("study", format!("{} ({})", study.name, study.id));
    }
    for change in &proposal.config_diff {
        let line = format!("{}: {} → {}", change.key, change.from_json, change.to_json);
        fields = fields.with("change", line);
    }
    for delta in &proposal.metric_delta {
        fields = fields.with("metric", metric(delta));
    }
    if proposal.generation > 0 {
        fields = fields
            .with("generation", proposal.generation.to_string())
            .with_some("branch", &proposal.branch);
    }
    if proposal.merged_at.is_some() {
        fields = fields.with("merged", proposal.merged_at.shown());
    }
    let created = format!("{} ({} ago)", proposal.created_at.shown(), proposal.created_at.age());
    fields
        .with("diff sha256", &proposal.config_diff_sha256)
        .with_some("patch sha256", &proposal.patch_sha256)
        .with("created", created)
        .text()
}

fn red(text: &str) -> String {
    if text.is_empty() { String::new() } else { bad(text) }
}

fn metric(delta: &pullwright_proto::proposal::MetricDelta) -> String {
    let before = delta.baseline.map_or_else(|| "?".to_owned(), |value| value.to_string());
    let by = delta.delta_pct.map(|pct| format!(" ({pct:+.1} %)")).unwrap_or_default();
    format!("{}: {before} → {}{by}", delta.metric, delta.achieved)
}
