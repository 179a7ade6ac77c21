//! Clusters.

use jiff::Timestamp;
use pullwright_proto::registry as v1;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OffContract, Result, Versioned, filled, time, words};

/// A search cluster and its folder in a config repository.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Cluster {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    #[schema(schema_with = words::engine_type)]
    engine_type: String,
    #[schema(schema_with = words::environment)]
    environment: String,
    /// The config repository that holds its parameters; null when unwired.
    #[schema(format = Uuid)]
    config_repo_id: Option<String>,
    /// Its folder inside the repository.
    config_path: Option<String>,
    created_at: Timestamp,
    updated_at: Option<Timestamp>,
    /// What the header `ETag` says; null when it is not versioned.
    etag: Option<String>,
}

impl Versioned for Cluster {
    fn etag(&self) -> &str {
        self.etag.as_deref().unwrap_or_default()
    }
}

impl TryFrom<v1::Cluster> for Cluster {
    type Error = OffContract;

    fn try_from(cluster: v1::Cluster) -> Result<Self> {
        Ok(Self {
            id: cluster.id,
            name: cluster.name,
            engine_type: cluster.engine_type,
            environment: cluster.environment,
            config_repo_id: filled(cluster.config_repo_id),
            config_path: filled(cluster.config_path),
            created_at: time::required("cluster.created_at", cluster.created_at)?,
            updated_at: time::optional("cluster.updated_at", cluster.updated_at)?,
            etag: filled(cluster.etag),
        })
    }
}
