//! Config repositories. Secrets are names of files, never values.

use jiff::Timestamp;
use pullwright_proto::registry as v1;
use serde::Serialize;

use super::{OffContract, ProposalSummary, Result, filled, time};

/// A config repository.
#[derive(Debug, Serialize)]
pub(crate) struct ConfigRepo {
    id: String,
    name: String,
    provider: String,
    repo_url: String,
    default_branch: String,
    pr_base_branch: String,
    auth_ref: Option<String>,
    webhook_secret_ref: Option<String>,
    webhook_registration_error: Option<String>,
    /// The ledger's to say; always null in lists.
    last_merged_proposal: Option<ProposalSummary>,
    created_at: Timestamp,
}

impl ConfigRepo {
    /// Adds the newest merged proposal.
    pub(crate) fn with_last_merged(self, proposal: Option<ProposalSummary>) -> Self {
        Self { last_merged_proposal: proposal, ..self }
    }
}

impl TryFrom<v1::ConfigRepo> for ConfigRepo {
    type Error = OffContract;

    fn try_from(repo: v1::ConfigRepo) -> Result<Self> {
        Ok(Self {
            id: repo.id,
            name: repo.name,
            provider: repo.provider,
            repo_url: repo.repo_url,
            default_branch: repo.default_branch,
            pr_base_branch: repo.pr_base_branch,
            auth_ref: filled(repo.auth_ref),
            webhook_secret_ref: filled(repo.webhook_secret_ref),
            webhook_registration_error: filled(repo.webhook_registration_error),
            last_merged_proposal: None,
            created_at: time::required("config_repo.created_at", repo.created_at)?,
        })
    }
}
