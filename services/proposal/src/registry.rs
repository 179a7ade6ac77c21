//! The registry, asked where a change goes. Knows its contract, keeps nothing.

use std::{future::Future, time::Duration};

use pullwright_proto::{
    error::ErrorReason,
    registry::{
        self as v1, query_template_service_client::QueryTemplateServiceClient,
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
        _ if refusal.is_unavailable() => Error::RegistryAway(refusal),
        _ => Error::Registry(refusal),
    }
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
