//! `POST /api/v1/clusters`: a cluster, wired to a folder of a config repository or not.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use pullwright_proto::registry::CreateClusterRequest;
use serde::Deserialize;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{given::Given, shape::Cluster, shown},
};

#[derive(Debug, Deserialize)]
pub(in crate::rest) struct NewCluster {
    #[serde(default)]
    name: String,
    #[serde(default)]
    engine_type: String,
    #[serde(default)]
    environment: String,
    config_repo_id: Option<String>,
    config_path: Option<String>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Given(new): Given<NewCluster>,
) -> Result<(StatusCode, Json<Cluster>), ApiError> {
    let request = CreateClusterRequest {
        name: new.name,
        engine_type: new.engine_type,
        environment: new.environment,
        config_repo_id: new.config_repo_id.unwrap_or_default(),
        config_path: new.config_path.unwrap_or_default(),
        ..CreateClusterRequest::default()
    };
    let mut clusters = app.cores.clusters.clone();
    let created = ask(Core::Registry, clusters.create_cluster(request)).await?;
    Ok((StatusCode::CREATED, Json(shown(Core::Registry, created.cluster)?)))
}
