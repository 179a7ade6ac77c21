//! `POST /api/v1/clusters`: a cluster, wired to a folder of a config repository or not.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::CreateClusterRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Given, Key},
        shape::{Cluster, Tagged, words},
        shown,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "products-prod-es", "engine_type": "elasticsearch", "environment": "prod", "config_repo_id": null, "config_path": "products-prod-es/templates"}))]
pub(in crate::rest) struct NewCluster {
    #[serde(default)]
    #[schema(required, min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    name: String,
    #[serde(default)]
    #[schema(required, schema_with = words::engine_type)]
    engine_type: String,
    #[serde(default)]
    #[schema(required, schema_with = words::environment)]
    environment: String,
    /// The config repository that holds its parameters.
    #[schema(format = Uuid)]
    config_repo_id: Option<String>,
    /// Its folder inside the repository: segments with `/` between, none of them `.`, `..` or `.git`.
    #[schema(max_length = 512, pattern = "^([A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)?$")]
    config_path: Option<String>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Key(request_id): Key,
    Given(new): Given<NewCluster>,
) -> Result<Tagged<Cluster, 201>, ApiError> {
    let request = CreateClusterRequest {
        name: new.name,
        engine_type: new.engine_type,
        environment: new.environment,
        config_repo_id: new.config_repo_id.unwrap_or_default(),
        config_path: new.config_path.unwrap_or_default(),
        request_id,
    };
    let mut clusters = app.cores.clusters.clone();
    let created = ask(Core::Registry, clusters.create_cluster(request)).await?;
    Ok(Tagged(shown(Core::Registry, created.cluster)?))
}
