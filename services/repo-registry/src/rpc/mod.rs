//! The registry's calls: one folder a service, one file a call.

pub mod app_service;
pub mod cluster_service;
pub mod config_repo_service;
pub mod credential_service;
pub mod development_service;
mod given;
pub mod query_template_service;
mod repeat;
pub mod target_service;

use std::sync::Arc;

use pullwright_proto::registry::{
    app_service_server::{self, AppServiceServer},
    cluster_service_server::{self, ClusterServiceServer},
    config_repo_service_server::{self, ConfigRepoServiceServer},
    credential_service_server::{self, CredentialServiceServer},
    development_service_server::{self, DevelopmentServiceServer},
    query_template_service_server::{self, QueryTemplateServiceServer},
    target_service_server::{self, TargetServiceServer},
};
use tonic::{Response, Status, service::Routes};

use crate::{App, SERVICE, error::Result};

/// All services that are served here, with their names.
#[must_use]
pub fn routes(app: &Arc<App>) -> (Routes, Vec<&'static str>) {
    let mut routes =
        Routes::new(ConfigRepoServiceServer::new(config_repo_service::Service(app.clone())))
            .add_service(ClusterServiceServer::new(cluster_service::Service(app.clone())))
            .add_service(QueryTemplateServiceServer::new(query_template_service::Service(
                app.clone(),
            )))
            .add_service(AppServiceServer::new(app_service::Service(app.clone())))
            .add_service(TargetServiceServer::new(target_service::Service(app.clone())))
            .add_service(CredentialServiceServer::new(credential_service::Service(app.clone())));
    let mut names = vec![
        config_repo_service_server::SERVICE_NAME,
        cluster_service_server::SERVICE_NAME,
        query_template_service_server::SERVICE_NAME,
        app_service_server::SERVICE_NAME,
        target_service_server::SERVICE_NAME,
        credential_service_server::SERVICE_NAME,
    ];
    if app.deployment.is_development() {
        let service = development_service::Service(app.clone());
        routes = routes.add_service(DevelopmentServiceServer::new(service));
        names.push(development_service_server::SERVICE_NAME);
    }
    (routes, names)
}

fn answer<T>(result: Result<T>) -> Result<Response<T>, Status> {
    result.map(Response::new).map_err(|error| pullwright_rpc::status(SERVICE, &error))
}
