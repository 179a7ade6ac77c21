//! `POST /api/v1/proposals`: a manual proposal.

use std::sync::Arc;

use axum::extract::State;
use pullwright_proto::proposal::CreateProposalRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use super::given::{self, ConfigDiff, MetricDeltas};
use crate::{
    App,
    cores::{Core, ask},
    edge::{error::ApiError, fields::Fields},
    rest::{
        given::{Given, Key},
        shape::{One, ProposalDetail},
        shown,
    },
};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"cluster_id": "01890a5d-ac96-774b-bcce-b302099a8057", "template_id": "01890a5d-ac96-774b-bcce-b302099a8058", "config_diff": {"boost": {"from": 1.0, "to": 2.5}}, "metric_delta": {"ndcg@10": {"baseline": 0.412, "achieved": 0.487, "delta_pct": 18.2}}}))]
pub(in crate::rest) struct NewProposal {
    #[serde(default)]
    #[schema(required, format = Uuid)]
    cluster_id: String,
    #[serde(default)]
    #[schema(required, format = Uuid)]
    template_id: String,
    #[serde(default)]
    #[schema(required, schema_with = given::config_diff)]
    config_diff: ConfigDiff,
    #[schema(schema_with = given::metric_delta)]
    metric_delta: Option<MetricDeltas>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Key(request_id): Key,
    Given(new): Given<NewProposal>,
) -> Result<One<ProposalDetail, 201>, ApiError> {
    let metric_delta = new.metric_delta.unwrap_or_default();
    let fields = Fields::default()
        .keys("config_diff", new.config_diff.keys())
        .keys("metric_delta", metric_delta.keys());
    let request = CreateProposalRequest {
        cluster_id: new.cluster_id,
        template_id: new.template_id,
        config_diff: given::changes(new.config_diff),
        metric_delta: given::deltas(metric_delta),
        request_id,
    };
    let mut proposals = app.cores.proposals.clone();
    let created = ask(Core::Proposal, proposals.create_proposal(request)).await;
    let created = created.map_err(|error| error.in_terms_of(&fields))?;
    Ok(One(shown(Core::Proposal, created.proposal)?))
}
