//! Clusters.

use jiff::Timestamp;
use pullwright_proto::registry as v1;
use serde::Serialize;

use super::{OffContract, Result, filled, time};

/// A cluster.
#[derive(Debug, Serialize)]
pub(crate) struct Cluster {
    id: String,
    name: String,
    engine_type: String,
    environment: String,
    config_repo_id: Option<String>,
    config_path: Option<String>,
    created_at: Timestamp,
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
        })
    }
}
