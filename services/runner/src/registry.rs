//! The registry as the runner sees it: one config repository, the clusters that are wired to it, the templates there are; and
//! what is to be kept of what GitHub says.

use pullwright_proto::{
    error::ErrorReason,
    registry::{
        Cluster, ConfigRepo, GetConfigRepoRequest, ListClustersRequest, ListQueryTemplatesRequest,
        QueryTemplate, ReportRepositoryRequest, ReportWebhookRequest,
        cluster_service_client::ClusterServiceClient,
        config_repo_service_client::ConfigRepoServiceClient,
        query_template_service_client::QueryTemplateServiceClient,
    },
};
use pullwright_rpc::{Refusal, client::Connection};
use uuid::Uuid;

/// The largest page of the registry's lists.
const PAGE: i32 = 200;

/// The registry's lookups; cheap to clone.
#[derive(Clone)]
pub struct Registry {
    config_repos: ConfigRepoServiceClient<Connection>,
    clusters: ClusterServiceClient<Connection>,
    templates: QueryTemplateServiceClient<Connection>,
}

impl Registry {
    /// The registry at the other end of `connection`.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self {
            config_repos: ConfigRepoServiceClient::new(connection.clone()),
            clusters: ClusterServiceClient::new(connection.clone()),
            templates: QueryTemplateServiceClient::new(connection),
        }
    }

    /// One config repository.
    pub async fn config_repo(&self, id: Uuid) -> Result<ConfigRepo, Refusal> {
        let request = GetConfigRepoRequest { config_repo_id: id.to_string() };
        let answer = self.config_repos.clone().get_config_repo(request).await?.into_inner();
        Ok(answer.config_repo.unwrap_or_default())
    }

    /// Says how a repository's hook was found; a repository that is not registered any more has nobody to tell.
    pub async fn report_webhook(&self, report: ReportWebhookRequest) -> Result<(), Refusal> {
        match self.config_repos.clone().report_webhook(report).await.map_err(Refusal::from) {
            Err(refusal) if refusal.reason != ErrorReason::ConfigRepoNotFound => Err(refusal),
            _ => Ok(()),
        }
    }

    /// Says what GitHub calls a repository now; whether that is another name than before.
    pub async fn report_repository(
        &self,
        repository_id: &str,
        github_id: i64,
        full_name: &str,
    ) -> Result<bool, Refusal> {
        let request = ReportRepositoryRequest {
            repository_id: repository_id.to_owned(),
            github_id,
            full_name: full_name.to_owned(),
        };
        Ok(self.config_repos.clone().report_repository(request).await?.into_inner().renamed)
    }

    /// The clusters that are wired to a config repository, by name.
    pub async fn clusters(&self, config_repo_id: Uuid) -> Result<Vec<Cluster>, Refusal> {
        let (mut clusters, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = ListClustersRequest {
                page_size: PAGE,
                page_token,
                filter: format!("config_repo_id = \"{config_repo_id}\""),
                order_by: "name asc".to_owned(),
            };
            let page = self.clusters.clone().list_clusters(request).await?.into_inner();
            clusters.extend(page.clusters);
            if page.next_page_token.is_empty() {
                return Ok(clusters);
            }
            page_token = page.next_page_token;
        }
    }

    /// The newest version of each query template, by name.
    pub async fn templates(&self) -> Result<Vec<QueryTemplate>, Refusal> {
        let (mut templates, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = ListQueryTemplatesRequest {
                page_size: PAGE,
                page_token,
                filter: "latest = true".to_owned(),
                order_by: "name asc".to_owned(),
            };
            let page = self.templates.clone().list_query_templates(request).await?.into_inner();
            templates.extend(page.query_templates);
            if page.next_page_token.is_empty() {
                return Ok(templates);
            }
            page_token = page.next_page_token;
        }
    }
}
