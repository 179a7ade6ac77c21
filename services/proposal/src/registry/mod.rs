//! The registry, asked where a change goes. Knows its contract, keeps nothing.

mod listed;

use std::{future::Future, time::Duration};

use pullwright_proto::{
    error::ErrorReason,
    registry::{
        self as v1, cluster_service_client::ClusterServiceClient,
        config_repo_service_client::ConfigRepoServiceClient,
        development_service_client::DevelopmentServiceClient,
        query_template_service_client::QueryTemplateServiceClient,
        target_service_client::TargetServiceClient,
    },
};
use pullwright_rpc::{Refusal, client::Connection};
use tonic::{Response, Status};
use uuid::Uuid;

use crate::{
    domain::{
        generation::Target,
        proposal::{Cluster, Template},
    },
    error::{Error, Result},
};

/// The longest that one question may take.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The most clusters that the registry lists at once.
const LARGEST_PAGE: i32 = 200;

/// A client of the registry; cheap to clone.
#[derive(Clone)]
pub struct Registry {
    connection: Connection,
}

/// Where a change of a template for a cluster is written.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The cluster.
    pub cluster: Cluster,
    /// The template.
    pub template: Template,
    /// The template's declared parameters, a JSON object text.
    pub declared_params_json: String,
    /// The repository; none when the cluster is unwired.
    pub repository: Option<Repository>,
}

/// The repository that a cluster is wired to.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The place in it that is written.
    pub target: Target,
    /// Why no credential for it can be had; none when one can.
    pub credential_problem: Option<String>,
}

impl Registry {
    /// Asks over this connection.
    #[must_use]
    pub fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Says where a change of this template for this cluster is written.
    ///
    /// # Errors
    /// No such cluster or template, or the registry is away.
    pub async fn resolve_target(&self, cluster_id: Uuid, template_id: Uuid) -> Result<Resolved> {
        let request = v1::ResolveTargetRequest {
            cluster_id: cluster_id.to_string(),
            query_template_id: template_id.to_string(),
        };
        let mut client = TargetServiceClient::new(self.connection.clone());
        let answer = within_limit(client.resolve_target(request)).await;
        answer.map_err(|refusal| not_found(refusal, cluster_id, template_id)).and_then(resolved)
    }

    /// A template's declared parameters, a JSON object text.
    ///
    /// # Errors
    /// No such template, or the registry is away.
    pub async fn declared_params(&self, template_id: Uuid) -> Result<String> {
        let request = v1::GetQueryTemplateRequest { query_template_id: template_id.to_string() };
        let mut client = QueryTemplateServiceClient::new(self.connection.clone());
        let answer = within_limit(client.get_query_template(request)).await;
        let template =
            answer.map_err(|refusal| not_found(refusal, Uuid::nil(), template_id))?.query_template;
        Ok(template.ok_or(Error::RegistryAnswer("query_template"))?.declared_params_json)
    }
}

/// Deletions, which the registry does softly, and what is asked around them. What it refuses to delete, the caller hears as it was said.
impl Registry {
    /// The clusters that are wired to a config repository now.
    ///
    /// # Errors
    /// The registry is away.
    pub async fn wired_clusters(&self, config_repo_id: Uuid) -> Result<Vec<Uuid>> {
        let config_repo_id = config_repo_id.to_string();
        let mut client = ClusterServiceClient::new(self.connection.clone());
        let (mut wired, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = v1::ListClustersRequest {
                page_size: LARGEST_PAGE,
                page_token,
                filter: format!("config_repo_id = \"{config_repo_id}\""),
                order_by: String::new(),
            };
            let page = within_limit(client.list_clusters(request)).await.map_err(unexpected)?;
            for cluster in page.clusters {
                if cluster.config_repo_id == config_repo_id {
                    wired.push(id("cluster.id", &cluster.id)?);
                }
            }
            if page.next_page_token.is_empty() {
                return Ok(wired);
            }
            page_token = page.next_page_token;
        }
    }

    /// Whether there is a config repository of this id that was not deleted.
    ///
    /// # Errors
    /// The registry is away.
    pub async fn has_config_repo(&self, id: Uuid) -> Result<bool> {
        let mut client = ConfigRepoServiceClient::new(self.connection.clone());
        let request = v1::GetConfigRepoRequest { config_repo_id: id.to_string() };
        match within_limit(client.get_config_repo(request)).await {
            Ok(_) => Ok(true),
            Err(refusal) if refusal.reason == ErrorReason::ConfigRepoNotFound => Ok(false),
            Err(refusal) => Err(unexpected(refusal)),
        }
    }

    /// Deletes a config repository.
    ///
    /// # Errors
    /// The registry refused or is away.
    pub async fn delete_config_repo(&self, id: String, etag: String) -> Result<()> {
        let mut client = ConfigRepoServiceClient::new(self.connection.clone());
        let request = v1::DeleteConfigRepoRequest { config_repo_id: id, etag };
        within_limit(client.delete_config_repo(request)).await.map(drop).map_err(refused)
    }

    /// Deletes a cluster.
    ///
    /// # Errors
    /// The registry refused or is away.
    pub async fn delete_cluster(&self, id: String, etag: String) -> Result<()> {
        let mut client = ClusterServiceClient::new(self.connection.clone());
        let request = v1::DeleteClusterRequest { cluster_id: id, etag };
        within_limit(client.delete_cluster(request)).await.map(drop).map_err(refused)
    }

    /// Deletes one version of a query template.
    ///
    /// # Errors
    /// The registry refused or is away.
    pub async fn delete_query_template(&self, id: String, etag: String) -> Result<()> {
        let mut client = QueryTemplateServiceClient::new(self.connection.clone());
        let request = v1::DeleteQueryTemplateRequest { query_template_id: id, etag };
        within_limit(client.delete_query_template(request)).await.map(drop).map_err(refused)
    }

    /// Deletes a query template for good; there is no such call but in a development environment.
    ///
    /// # Errors
    /// The registry refused or is away.
    pub async fn purge_query_template(&self, id: String) -> Result<()> {
        let mut client = DevelopmentServiceClient::new(self.connection.clone());
        let request = v1::PurgeQueryTemplateRequest { query_template_id: id };
        within_limit(client.purge_query_template(request)).await.map(drop).map_err(refused)
    }
}

async fn within_limit<T>(
    call: impl Future<Output = Result<Response<T>, Status>>,
) -> Result<T, Refusal> {
    let late =
        |_| Status::deadline_exceeded(format!("no answer within {} s", TIME_LIMIT.as_secs()));
    let answer = tokio::time::timeout(TIME_LIMIT, call).await.map_err(late).flatten();
    answer.map(Response::into_inner).map_err(Refusal::from)
}

fn not_found(refusal: Refusal, cluster_id: Uuid, template_id: Uuid) -> Error {
    match refusal.reason {
        ErrorReason::ClusterNotFound => Error::ClusterNotFound(cluster_id),
        ErrorReason::TemplateNotFound => Error::TemplateNotFound(template_id),
        _ => unexpected(refusal),
    }
}

fn refused(refusal: Refusal) -> Error {
    use ErrorReason as Reason;
    match refusal.reason {
        Reason::ConfigRepoNotFound
        | Reason::ClusterNotFound
        | Reason::TemplateNotFound
        | Reason::EtagMismatch
        | Reason::ValidationError => Error::Refused(refusal),
        _ => unexpected(refusal),
    }
}

fn unexpected(refusal: Refusal) -> Error {
    if refusal.is_unavailable() { Error::RegistryAway(refusal) } else { Error::Registry(refusal) }
}

fn resolved(answer: v1::ResolveTargetResponse) -> Result<Resolved> {
    let cluster = answer.cluster.ok_or(Error::RegistryAnswer("cluster"))?;
    let template = answer.query_template.ok_or(Error::RegistryAnswer("query_template"))?;
    let place = |repository: v1::TargetRepository| -> Result<Repository> {
        Ok(Repository {
            target: Target {
                repository_id: id("repository.id", &repository.id)?,
                host: repository.host,
                owner: repository.owner,
                name: repository.name,
                base_branch: repository.pr_base_branch,
                config_path: cluster.config_path.clone(),
                declared_params_json: template.declared_params_json.clone(),
            },
            credential_problem: (!repository.has_credential)
                .then_some(repository.credential_problem),
        })
    };
    Ok(Resolved {
        repository: answer.repository.map(place).transpose()?,
        cluster: Cluster {
            id: id("cluster.id", &cluster.id)?,
            name: cluster.name,
            engine_type: cluster.engine_type,
            environment: cluster.environment,
        },
        template: Template {
            id: id("query_template.id", &template.id)?,
            name: template.name,
            version: template.version,
            engine_type: template.engine_type,
        },
        declared_params_json: template.declared_params_json,
    })
}

fn id(field: &'static str, text: &str) -> Result<Uuid> {
    Uuid::try_parse(text).map_err(|_| Error::RegistryAnswer(field))
}
