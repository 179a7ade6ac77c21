//! From rows' types to the wire's, and back.

use jiff::Timestamp;
use pullwright_proto::registry as v1;
use uuid::Uuid;

use crate::domain::{
    Cluster, ClusterChange, ConfigRepo, ConfigRepoChange, GitHubApp, NewCluster, NewConfigRepo,
    NewQueryTemplate, QueryTemplate, QueryTemplateChange,
};

/// A time as the wire has it.
pub(crate) fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    let (mut seconds, mut nanos) = (time.as_second(), time.subsec_nanosecond());
    if nanos < 0 {
        // The wire counts nanoseconds forward from the second before.
        seconds -= 1;
        nanos += 1_000_000_000;
    }
    prost_types::Timestamp { seconds, nanos }
}

/// The id that `text` is; `None` for a text that is none, which therefore nothing has.
#[must_use]
pub fn id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

/// A text of which empty means absent.
#[must_use]
pub fn optional(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

impl From<v1::CreateConfigRepoRequest> for NewConfigRepo {
    fn from(request: v1::CreateConfigRepoRequest) -> Self {
        Self {
            name: request.name,
            repo_url: request.repo_url,
            default_branch: request.default_branch,
            pr_base_branch: request.pr_base_branch,
            auth_ref: optional(request.auth_ref),
            webhook_secret_ref: optional(request.webhook_secret_ref),
        }
    }
}

impl From<v1::ConfigRepo> for ConfigRepoChange {
    fn from(given: v1::ConfigRepo) -> Self {
        Self {
            name: Some(given.name),
            default_branch: Some(given.default_branch),
            pr_base_branch: Some(given.pr_base_branch),
            auth_ref: Some(optional(given.auth_ref)),
            webhook_secret_ref: Some(optional(given.webhook_secret_ref)),
        }
    }
}

impl From<ConfigRepo> for v1::ConfigRepo {
    fn from(repo: ConfigRepo) -> Self {
        Self {
            id: repo.id.to_string(),
            name: repo.name,
            provider: repo.provider,
            repo_url: repo.repo_url,
            default_branch: repo.default_branch,
            pr_base_branch: repo.pr_base_branch,
            auth_ref: repo.auth_ref,
            webhook_secret_ref: repo.webhook_secret_ref.unwrap_or_default(),
            webhook_registration_error: repo.webhook_registration_error.unwrap_or_default(),
            created_at: Some(timestamp(repo.created_at)),
            etag: repo.etag.to_string(),
            updated_at: Some(timestamp(repo.updated_at)),
            webhook_id: repo.webhook_id.unwrap_or_default(),
            webhook_checked_at: repo.webhook_checked_at.map(timestamp),
            github_id: repo.github_id.unwrap_or_default(),
            previous_webhook_secret_until: repo.previous_webhook_secret_until.map(timestamp),
        }
    }
}

impl From<&GitHubApp> for v1::App {
    fn from(app: &GitHubApp) -> Self {
        Self {
            id: app.id.to_string(),
            host: app.configured.host.clone(),
            github_id: app.configured.github_id,
            slug: app.configured.slug.clone(),
            has_webhook: app.configured.webhook_secret.is_some(),
        }
    }
}

impl From<v1::CreateClusterRequest> for NewCluster {
    fn from(request: v1::CreateClusterRequest) -> Self {
        Self {
            name: request.name,
            engine_type: request.engine_type,
            environment: request.environment,
            config_path: optional(request.config_path),
        }
    }
}

impl From<v1::Cluster> for ClusterChange {
    fn from(given: v1::Cluster) -> Self {
        Self {
            name: Some(given.name),
            environment: Some(given.environment),
            config_repo_id: Some(optional(given.config_repo_id)),
            config_path: Some(optional(given.config_path)),
        }
    }
}

impl From<Cluster> for v1::Cluster {
    fn from(cluster: Cluster) -> Self {
        Self {
            id: cluster.id.to_string(),
            name: cluster.name,
            engine_type: cluster.engine_type,
            environment: cluster.environment,
            config_repo_id: cluster.config_repo_id.map(|id| id.to_string()).unwrap_or_default(),
            config_path: cluster.config_path.unwrap_or_default(),
            created_at: Some(timestamp(cluster.created_at)),
            etag: cluster.etag.to_string(),
            updated_at: Some(timestamp(cluster.updated_at)),
        }
    }
}

impl From<v1::CreateQueryTemplateRequest> for NewQueryTemplate {
    fn from(request: v1::CreateQueryTemplateRequest) -> Self {
        Self {
            name: request.name,
            engine_type: request.engine_type,
            body: request.body,
            declared_params_json: request.declared_params_json,
        }
    }
}

impl From<v1::QueryTemplate> for QueryTemplateChange {
    fn from(given: v1::QueryTemplate) -> Self {
        Self { body: Some(given.body), declared_params_json: Some(given.declared_params_json) }
    }
}

impl From<QueryTemplate> for v1::QueryTemplate {
    fn from(template: QueryTemplate) -> Self {
        Self {
            id: template.id.to_string(),
            name: template.name,
            engine_type: template.engine_type,
            body: template.body,
            declared_params_json: template.declared_params_json,
            version: template.version,
            created_at: Some(timestamp(template.created_at)),
            etag: template.etag.to_string(),
            updated_at: Some(timestamp(template.updated_at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_1970_counts_nanoseconds_forward() {
        let time: Timestamp = "1969-12-31T23:59:59.75Z".parse().expect("valid");
        assert_eq!(timestamp(time), prost_types::Timestamp { seconds: -1, nanos: 750_000_000 });
    }
}
