//! Config repositories. Secrets are names of files, never values.

use jiff::Timestamp;
use pullwright_proto::registry as v1;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OffContract, ProposalSummary, Result, Versioned, filled, known, time};

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
    /// GitHub's id of the hook; null before it is registered.
    webhook_id: Option<i64>,
    /// When the hook was last looked at; null before the first time.
    webhook_checked_at: Option<Timestamp>,
    /// Until when the webhook secret before the one in force is taken as well, or later while a hook still has it; null when none is.
    previous_webhook_secret_until: Option<Timestamp>,
    /// GitHub's id of the repository, which it keeps through renames; null before the first contact.
    github_id: Option<i64>,
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
            webhook_id: known(repo.webhook_id),
            webhook_checked_at: time::optional(
                "config_repo.webhook_checked_at",
                repo.webhook_checked_at,
            )?,
            previous_webhook_secret_until: time::optional(
                "config_repo.previous_webhook_secret_until",
                repo.previous_webhook_secret_until,
            )?,
            github_id: known(repo.github_id),
            last_merged_proposal: None,
            created_at: time::required("config_repo.created_at", repo.created_at)?,
            updated_at: time::optional("config_repo.updated_at", repo.updated_at)?,
            etag: filled(repo.etag),
        })
    }
}

/// What a rotation did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookSecretRotation {
    /// The config repository, which has the new secret now; its value is never shown.
    config_repo: ConfigRepo,
    /// The names of all config repositories that share the secret, this one among them; their hooks get the new one too.
    config_repo_names: Vec<String>,
}

impl TryFrom<v1::RotateWebhookSecretResponse> for WebhookSecretRotation {
    type Error = OffContract;

    fn try_from(rotated: v1::RotateWebhookSecretResponse) -> Result<Self> {
        let config_repo = rotated.config_repo.ok_or(OffContract("config_repo"))?;
        Ok(Self {
            config_repo: config_repo.try_into()?,
            config_repo_names: rotated.config_repo_names,
        })
    }
}
