//! Config repositories. Secrets are names of files, never values.

use jiff::Timestamp;
use pullwright_proto::registry as v1;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OffContract, ProposalSummary, Result, Versioned, filled, time};

/// A config repository. Secrets are names of files, never values.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfigRepo {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// `github`.
    provider: String,
    repo_url: String,
    default_branch: String,
    /// The branch that pull requests ask to be merged into.
    pr_base_branch: String,
    /// The secret that holds its credential; null: the covering App installation.
    auth_ref: Option<String>,
    /// The secret that holds its webhook secret; null: no webhook.
    webhook_secret_ref: Option<String>,
    /// Why the webhook could not be registered.
    webhook_registration_error: Option<String>,
    /// Its newest merged proposal; always null in lists.
    // The ledger's to say.
    last_merged_proposal: Option<ProposalSummary>,
    created_at: Timestamp,
    updated_at: Option<Timestamp>,
    /// What the header `ETag` says; null when it is not versioned.
    etag: Option<String>,
}

impl ConfigRepo {
    /// Adds the newest merged proposal.
    pub(crate) fn with_last_merged(self, proposal: Option<ProposalSummary>) -> Self {
        Self { last_merged_proposal: proposal, ..self }
    }
}

impl Versioned for ConfigRepo {
    fn etag(&self) -> &str {
        self.etag.as_deref().unwrap_or_default()
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
            updated_at: time::optional("config_repo.updated_at", repo.updated_at)?,
            etag: filled(repo.etag),
        })
    }
}
