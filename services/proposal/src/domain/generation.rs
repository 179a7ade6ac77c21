//! One sending of a proposal on its way: its frozen target, what was announced, its pull request.

use jiff::Timestamp;
use uuid::Uuid;

use super::PullRequestState;

/// Where a change is written, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The repository's id in the registry.
    pub repository_id: Uuid,
    /// The host's web address.
    pub host: String,
    /// The repository's owner.
    pub owner: String,
    /// The repository's name.
    pub name: String,
    /// The branch that the pull request asks to be merged into.
    pub base_branch: String,
    /// The folder of the params file; empty when the cluster has none.
    pub config_path: String,
    /// The template's declared parameters, the JSON object text that was registered.
    pub declared_params_json: String,
}

/// A generation as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// The proposal.
    pub proposal_id: Uuid,
    /// Its number, from 1.
    pub number: i32,
    /// Where it writes; frozen when it was accepted.
    pub target: Target,
    /// The hash of the diff that was accepted.
    pub config_diff_sha256: Vec<u8>,
    /// Author and committer of its commits.
    pub author_name: String,
    /// Their mail address.
    pub author_email: String,
    /// The brand.
    pub brand: String,
    /// The branch.
    pub branch: String,
    /// The date of its commits, in whole seconds.
    pub started_at: Timestamp,
    /// The pull request, once GitHub's answer about it was recorded.
    pub pull_request: Option<PullRequest>,
}

/// A pull request as GitHub reported it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: i64,
    /// GitHub's global node id.
    pub node_id: String,
    /// Its page.
    pub url: String,
    /// Open, closed or merged.
    pub state: PullRequestState,
    /// The head commit that GitHub reports.
    pub head_oid: String,
    /// The base commit that GitHub reports.
    pub base_oid: String,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    /// GitHub's `updated_at` of what is known.
    pub updated_at: Option<Timestamp>,
}

/// A base and the head built on it, written down before the head was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The commit that the head is based on.
    pub base_oid: String,
    /// The last commit of ours.
    pub head_oid: String,
}
