//! How an error looks from outside: code, reason, values, and whether to call again. It makes none.

use std::time::Duration;

use pullwright_proto::error::ErrorReason;
use pullwright_rpc::Explain;
use tonic::Code;

use super::Error;

impl Explain for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_)
            | Self::InvalidList(_)
            | Self::UnsupportedProvider { .. }
            | Self::AuthRefNotFound { .. }
            | Self::RequestIdReused => Code::InvalidArgument,
            Self::EtagMismatch { .. } | Self::RequestIdInUse => Code::Aborted,
            Self::NoInstallation
            | Self::AuthRefInUse { .. }
            | Self::AppSecretInUse { .. }
            | Self::NotConfigured { .. }
            | Self::WebhookSecretNotConfigured { .. }
            | Self::SecretsReadOnly { .. }
            | Self::RotationUnderWay { .. }
            | Self::AppNotConfigured { .. } => Code::FailedPrecondition,
            Self::ConfigRepoNameTaken { .. }
            | Self::ConfigRepoUrlTaken { .. }
            | Self::RegisteredTwice { .. }
            | Self::AnotherRepository { .. }
            | Self::ClusterNameTaken { .. } => Code::AlreadyExists,
            Self::AppNotFound { .. }
            | Self::ConfigRepoNotFound { .. }
            | Self::ClusterNotFound { .. }
            | Self::TemplateNotFound { .. } => Code::NotFound,
            Self::Database(_) if self.is_away() => Code::Unavailable,
            Self::Database(_) | Self::Unreadable { .. } => Code::Internal,
        }
    }

    fn reason(&self) -> ErrorReason {
        match self {
            Self::Invalid(_) | Self::InvalidList(_) => ErrorReason::ValidationError,
            Self::UnsupportedProvider { .. } => ErrorReason::UnsupportedProvider,
            Self::NoInstallation | Self::NotConfigured { .. } | Self::AppNotConfigured { .. } => {
                ErrorReason::GithubNotConfigured
            }
            Self::WebhookSecretNotConfigured { .. } => ErrorReason::WebhookSecretNotConfigured,
            Self::SecretsReadOnly { .. } => ErrorReason::SecretsReadOnly,
            Self::RotationUnderWay { .. } => ErrorReason::InvalidStateTransition,
            Self::AppNotFound { .. } => ErrorReason::AppNotFound,
            Self::AuthRefNotFound { .. } => ErrorReason::AuthRefNotFound,
            Self::AuthRefInUse { .. } | Self::AppSecretInUse { .. } => ErrorReason::AuthRefInUse,
            Self::ConfigRepoNameTaken { .. } => ErrorReason::ConfigRepoNameTaken,
            Self::ConfigRepoUrlTaken { .. }
            | Self::RegisteredTwice { .. }
            | Self::AnotherRepository { .. } => ErrorReason::ConfigRepoUrlTaken,
            Self::ClusterNameTaken { .. } => ErrorReason::ClusterNameTaken,
            Self::ConfigRepoNotFound { .. } => ErrorReason::ConfigRepoNotFound,
            Self::ClusterNotFound { .. } => ErrorReason::ClusterNotFound,
            Self::TemplateNotFound { .. } => ErrorReason::TemplateNotFound,
            Self::EtagMismatch { .. } => ErrorReason::EtagMismatch,
            Self::RequestIdReused => ErrorReason::IdempotencyKeyReused,
            Self::RequestIdInUse => ErrorReason::IdempotencyKeyInUse,
            Self::Database(_) if self.is_away() => ErrorReason::ServiceUnavailable,
            Self::Database(_) | Self::Unreadable { .. } => ErrorReason::InternalError,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::UnsupportedProvider { hosts } => vec![("hosts", hosts.clone())],
            Self::AuthRefNotFound { reference, .. } => vec![("auth_ref", reference.clone())],
            Self::AuthRefInUse { field, reference, .. } => vec![(*field, reference.clone())],
            Self::ConfigRepoNameTaken { name } | Self::ClusterNameTaken { name } => {
                vec![("name", name.clone())]
            }
            Self::ConfigRepoUrlTaken { url } => vec![("repo_url", url.clone())],
            Self::ConfigRepoNotFound { id }
            | Self::ClusterNotFound { id }
            | Self::TemplateNotFound { id }
            | Self::AppNotFound { id }
            | Self::EtagMismatch { id, .. } => vec![("id", id.clone())],
            Self::WebhookSecretNotConfigured { repository, .. }
            | Self::RegisteredTwice { repository } => vec![("repository", repository.clone())],
            Self::AnotherRepository { repository, known, found } => vec![
                ("repository", repository.clone()),
                ("registered_github_id", known.to_string()),
                ("github_id", found.to_string()),
            ],
            Self::SecretsReadOnly { reference, .. } => vec![("secret", reference.clone())],
            Self::RotationUnderWay { reference, repositories } => {
                vec![("secret", reference.clone()), ("config_repos", repositories.clone())]
            }
            Self::AppNotConfigured { slug, reference, .. }
            | Self::AppSecretInUse { slug, reference, .. } => {
                vec![("app", slug.clone()), ("secret", reference.clone())]
            }
            Self::NotConfigured { repository, reference, .. } => {
                vec![("repository", repository.clone()), ("auth_ref", reference.clone())]
            }
            Self::Invalid(_)
            | Self::InvalidList(_)
            | Self::NoInstallation
            | Self::RequestIdReused
            | Self::RequestIdInUse
            | Self::Database(_)
            | Self::Unreadable { .. } => Vec::new(),
        }
    }

    fn violations(&self) -> Vec<pullwright_rpc::Violation> {
        let violation = |field: &str, rule: &str| pullwright_rpc::Violation::new(field, rule);
        match self {
            Self::Invalid(violations) => {
                violations.iter().map(|v| violation(v.field, &v.rule)).collect()
            }
            Self::InvalidList(violations) => violations.clone(),
            Self::UnsupportedProvider { hosts } => {
                vec![violation(
                    "repo_url",
                    &format!("must be on a configured GitHub host: {hosts}"),
                )]
            }
            Self::AuthRefNotFound { problem, .. } => vec![violation("auth_ref", problem)],
            Self::AuthRefInUse { field, problem, .. } => vec![violation(field, problem)],
            Self::RequestIdReused => {
                vec![violation("request_id", "was used before, for a call with another content")]
            }
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        let passes = self.is_away() || matches!(self, Self::RequestIdInUse);
        passes.then_some(Duration::from_secs(1))
    }
}
