//! `POST /api/v1/proposals`: a manual proposal.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use pullwright_proto::proposal::CreateProposalRequest;
use serde::Deserialize;

use super::given::{self, ConfigDiff, MetricDeltas};
use crate::{
    App,
    cores::{Core, ask},
    edge::{error::ApiError, fields::Fields},
    rest::{given::Given, shape::ProposalDetail, shown},
};

#[derive(Debug, Deserialize)]
pub(in crate::rest) struct NewProposal {
    #[serde(default)]
    cluster_id: String,
    #[serde(default)]
    template_id: String,
    #[serde(default)]
    config_diff: ConfigDiff,
    metric_delta: Option<MetricDeltas>,
}

pub(in crate::rest) async fn create(
    State(app): State<Arc<App>>,
    Given(new): Given<NewProposal>,
) -> Result<(StatusCode, Json<ProposalDetail>), ApiError> {
    let metric_delta = new.metric_delta.unwrap_or_default();
    let fields = Fields::default()
        .keys("config_diff", new.config_diff.keys())
        .keys("metric_delta", metric_delta.keys());
    let request = CreateProposalRequest {
        cluster_id: new.cluster_id,
        template_id: new.template_id,
        config_diff: given::changes(new.config_diff),
        metric_delta: given::deltas(metric_delta),
        ..CreateProposalRequest::default()
    };
    let mut proposals = app.cores.proposals.clone();
    let created = ask(Core::Proposal, proposals.create_proposal(request)).await;
    let created = created.map_err(|error| error.in_terms_of(&fields))?;
    Ok((StatusCode::CREATED, Json(shown(Core::Proposal, created.proposal)?)))
}
