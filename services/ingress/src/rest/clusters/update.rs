//! `PATCH /api/v1/clusters/{id}`: a merge patch; touches later pull requests only.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::registry::{self, UpdateClusterRequest};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::{error::ApiError, fields::Fields},
    rest::{
        given::{ClusterId, Id, IfMatch, Key, Mask, Member, Patch, Patched},
        shape::{Cluster, Tagged, words},
        shown,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"config_repo_id": "01890a5d-ac96-774b-bcce-b302099a8057", "config_path": "products-prod-es/templates"}))]
pub(in crate::rest) struct ClusterPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 128, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    name: Member<String>,
    #[serde(default)]
    #[schema(schema_with = words::environment)]
    environment: Member<String>,
    /// Null: no longer wired.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    config_repo_id: Member<String>,
    /// Null: unset.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 512, pattern = "^([A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*)?$")]
    config_path: Member<String>,
    /// The ETag that was read, when it does not stand in `If-Match`.
    etag: Option<String>,
}

impl Patch for ClusterPatch {
    const MEMBERS: &'static [&'static str] =
        &["name", "environment", "config_repo_id", "config_path"];
}

pub(in crate::rest) async fn update(
    State(app): State<Arc<App>>,
    id: Id<ClusterId>,
    Key(request_id): Key,
    if_match: IfMatch,
    Patched(patch): Patched<ClusterPatch>,
) -> Result<Tagged<Cluster>, ApiError> {
    let mut mask = Mask::default();
    let cluster = registry::Cluster {
        id: id.to_string(),
        name: mask.set("name", patch.name)?,
        environment: mask.set("environment", patch.environment)?,
        config_repo_id: mask.set_or_clear("config_repo_id", patch.config_repo_id),
        config_path: mask.set_or_clear("config_path", patch.config_path),
        etag: if_match.or(patch.etag)?,
        ..registry::Cluster::default()
    };
    let update_mask = mask.done::<ClusterPatch>()?;
    let request = UpdateClusterRequest { cluster: Some(cluster), update_mask, request_id };
    let mut clusters = app.cores.clusters.clone();
    let updated = ask(Core::Registry, clusters.update_cluster(request)).await;
    let updated =
        updated.map_err(|error| error.in_terms_of(&Fields::default().unwrap("cluster")))?;
    Ok(Tagged(shown(Core::Registry, updated.cluster)?))
}
