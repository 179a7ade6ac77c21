//! `POST /api/v1/_test/studies/seed-completed`: a completed study, ready to be looked at.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::{FollowUps, SeedCompletedStudyRequest};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{
    ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type},
    },
};

use crate::{
    App,
    cores::{Core, ask},
    edge::error::ApiError,
    rest::{
        given::{Given, Key, Object, or_empty},
        shape::{One, filled},
        studies::FollowUp,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"cluster_id": "01890a5d-ac96-774b-bcce-b302099a8057", "query_set_id": "01890a5d-ac96-774b-bcce-b302099a8058", "template_id": "01890a5d-ac96-774b-bcce-b302099a8059", "judgment_list_id": "01890a5d-ac96-774b-bcce-b302099a805a", "extra_trial_metrics": [0.3]}))]
pub(in crate::rest) struct SeedCompletedStudy {
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
    /// True when it is left out.
    with_pending_proposal: Option<bool>,
    /// `{query: {metric: value}}`.
    #[schema(value_type = Option<BTreeMap<String, BTreeMap<String, f64>>>)]
    winner_per_query: Option<Box<RawValue>>,
    /// `{query: {metric: value}}`.
    #[schema(value_type = Option<BTreeMap<String, BTreeMap<String, f64>>>)]
    runner_up_per_query: Option<Box<RawValue>>,
    /// Two texts when they are left out.
    #[schema(value_type = Option<Vec<FollowUp>>, max_items = 5)]
    suggested_followups: Option<Vec<Object<FollowUp>>>,
    #[schema(schema_with = extra_metrics)]
    extra_trial_metrics: Option<Vec<f64>>,
}

fn extra_metrics() -> RefOr<Schema> {
    // Below the winner's (RelyLoop §16).
    let metric = ObjectBuilder::new().schema_type(Type::Number).exclusive_maximum(Some(0.487));
    ArrayBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
        .description(Some("The primary metrics of further trials."))
        .items(metric)
        .into()
}

/// What was seeded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeededStudy)]
pub(in crate::rest) struct Seeded {
    #[schema(format = Uuid)]
    study_id: String,
    #[schema(format = Uuid)]
    digest_id: String,
    #[schema(format = Uuid)]
    proposal_id: Option<String>,
}

pub(super) async fn seed_completed(
    State(app): State<Arc<App>>,
    Key(request_id): Key,
    Given(seed): Given<SeedCompletedStudy>,
) -> Result<One<Seeded, 201>, ApiError> {
    let follow_ups = |given: Vec<Object<FollowUp>>| FollowUps {
        items: given.into_iter().map(|Object(one)| one.into()).collect(),
    };
    let request = SeedCompletedStudyRequest {
        cluster_id: seed.cluster_id,
        query_set_id: seed.query_set_id,
        template_id: seed.template_id,
        judgment_list_id: seed.judgment_list_id,
        with_pending_proposal: seed.with_pending_proposal,
        winner_per_query_json: or_empty(seed.winner_per_query.as_deref()),
        runner_up_per_query_json: or_empty(seed.runner_up_per_query.as_deref()),
        suggested_followups: seed.suggested_followups.map(follow_ups),
        extra_trial_metrics: seed.extra_trial_metrics.unwrap_or_default(),
        request_id,
    };
    let mut development = app.cores.development.clone();
    let seeded = ask(Core::Proposal, development.seed_completed_study(request)).await?;
    Ok(One(Seeded {
        study_id: seeded.study_id,
        digest_id: seeded.digest_id,
        proposal_id: filled(seeded.proposal_id),
    }))
}
