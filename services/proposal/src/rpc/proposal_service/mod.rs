//! `pullwright.proposal.v1.ProposalService`: unwraps, calls, wraps.

mod create_proposal;
mod explain_proposal;
mod get_live_proposal;
mod get_proposal;
mod given_reason;
mod list_proposal_events;
mod list_proposals;
mod open_pull_request;
mod reinstate_proposal;
mod reject_proposal;
mod supersede_proposal;
mod watch_proposal;

use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use pullwright_proto::proposal::{self as v1, proposal_service_server::ProposalService};
use tonic::{Request, Response, Status};

use super::{refuse, repeat};
use crate::App;

/// The service.
#[derive(Clone)]
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl ProposalService for Service {
    async fn create_proposal(
        &self,
        request: Request<v1::CreateProposalRequest>,
    ) -> Result<Response<v1::CreateProposalResponse>, Status> {
        repeat::call(
            &self.0,
            "CreateProposal",
            request.into_inner(),
            create_proposal::create_proposal,
        )
        .await
        .map(Response::new)
        .map_err(refuse)
    }

    async fn get_proposal(
        &self,
        request: Request<v1::GetProposalRequest>,
    ) -> Result<Response<v1::GetProposalResponse>, Status> {
        get_proposal::get_proposal(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn list_proposals(
        &self,
        request: Request<v1::ListProposalsRequest>,
    ) -> Result<Response<v1::ListProposalsResponse>, Status> {
        list_proposals::list_proposals(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn reject_proposal(
        &self,
        request: Request<v1::RejectProposalRequest>,
    ) -> Result<Response<v1::RejectProposalResponse>, Status> {
        repeat::call(
            &self.0,
            "RejectProposal",
            request.into_inner(),
            reject_proposal::reject_proposal,
        )
        .await
        .map(Response::new)
        .map_err(refuse)
    }

    async fn open_pull_request(
        &self,
        request: Request<v1::OpenPullRequestRequest>,
    ) -> Result<Response<v1::OpenPullRequestResponse>, Status> {
        repeat::call(
            &self.0,
            "OpenPullRequest",
            request.into_inner(),
            open_pull_request::open_pull_request,
        )
        .await
        .map(Response::new)
        .map_err(refuse)
    }

    async fn get_live_proposal(
        &self,
        request: Request<v1::GetLiveProposalRequest>,
    ) -> Result<Response<v1::GetLiveProposalResponse>, Status> {
        get_live_proposal::get_live_proposal(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn list_proposal_events(
        &self,
        request: Request<v1::ListProposalEventsRequest>,
    ) -> Result<Response<v1::ListProposalEventsResponse>, Status> {
        list_proposal_events::list_proposal_events(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    type WatchProposalStream = BoxStream<'static, Result<v1::WatchProposalResponse, Status>>;

    async fn supersede_proposal(
        &self,
        request: Request<v1::SupersedeProposalRequest>,
    ) -> Result<Response<v1::SupersedeProposalResponse>, Status> {
        repeat::call(
            &self.0,
            "SupersedeProposal",
            request.into_inner(),
            supersede_proposal::supersede_proposal,
        )
        .await
        .map(Response::new)
        .map_err(refuse)
    }

    async fn reinstate_proposal(
        &self,
        request: Request<v1::ReinstateProposalRequest>,
    ) -> Result<Response<v1::ReinstateProposalResponse>, Status> {
        repeat::call(
            &self.0,
            "ReinstateProposal",
            request.into_inner(),
            reinstate_proposal::reinstate_proposal,
        )
        .await
        .map(Response::new)
        .map_err(refuse)
    }

    async fn explain_proposal(
        &self,
        request: Request<v1::ExplainProposalRequest>,
    ) -> Result<Response<v1::ExplainProposalResponse>, Status> {
        explain_proposal::explain_proposal(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn watch_proposal(
        &self,
        request: Request<v1::WatchProposalRequest>,
    ) -> Result<Response<Self::WatchProposalStream>, Status> {
        watch_proposal::watch_proposal(self.0.clone(), request.into_inner())
            .await
            .map(|watched| Response::new(watched.map_err(refuse).boxed()))
            .map_err(refuse)
    }
}
