//! `POST /api/v1/_test/auto-followup/seed-chain`: studies that follow each other up.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::SeedChainRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Given, Key, Whole},
        shape::One,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cluster_id": "01890a5d-ac96-774b-bcce-b302099a8057", "query_set_id": "01890a5d-ac96-774b-bcce-b302099a8058", "template_id": "01890a5d-ac96-774b-bcce-b302099a8059", "judgment_list_id": "01890a5d-ac96-774b-bcce-b302099a805a", "depth": 2}))]
pub(in crate::rest) struct SeedChain {
    #[schema(format = Uuid)]
    cluster_id: String,
    /// Made when there is none with this id.
    #[schema(format = Uuid)]
    query_set_id: String,
    #[schema(format = Uuid)]
    template_id: String,
    /// Made when there is none with this id.
    #[schema(format = Uuid)]
    judgment_list_id: String,
    /// How many studies follow the root.
    #[schema(value_type = i32, minimum = 1, maximum = 5)]
    depth: Whole<i32>,
    /// Whether the leaf is still running; true when it is left out.
    in_flight_leaf: Option<bool>,
    /// Whether the last link in the middle is still running; true when it is left out.
    in_flight_middle: Option<bool>,
}

/// The seeded chain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeededChain)]
pub(in crate::rest) struct Seeded {
    #[schema(format = Uuid)]
    root_id: String,
    /// From the root on.
    middle_ids: Vec<String>,
    #[schema(format = Uuid)]
    leaf_id: String,
}

pub(super) async fn seed_chain(
    State(app): State<Arc<App>>,
    Key(request_id): Key,
    Given(seed): Given<SeedChain>,
) -> Result<One<Seeded, 201>, ApiError> {
    let request = SeedChainRequest {
        cluster_id: seed.cluster_id,
        query_set_id: seed.query_set_id,
        template_id: seed.template_id,
        judgment_list_id: seed.judgment_list_id,
        depth: seed.depth.0,
        in_flight_leaf: seed.in_flight_leaf,
        in_flight_middle: seed.in_flight_middle,
        request_id,
    };
    let mut development = app.cores.development.clone();
    let seeded = ask(Core::Proposal, development.seed_chain(request)).await?;
    Ok(One(Seeded {
        root_id: seeded.root_id,
        middle_ids: seeded.middle_ids,
        leaf_id: seeded.leaf_id,
    }))
}
