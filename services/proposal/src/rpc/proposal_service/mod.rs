//! `pullwright.proposal.v1.ProposalService`: unwraps, calls, wraps.

mod create_proposal;
mod get_live_proposal;
mod get_proposal;
mod list_proposal_events;
mod list_proposals;
mod open_pull_request;
mod reject_proposal;

use std::sync::Arc;

use pullwright_proto::proposal::{self as v1, proposal_service_server::ProposalService};
use tonic::{Request, Response, Status};

use super::refuse;
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
        create_proposal::create_proposal(&self.0, request.into_inner())
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
        reject_proposal::reject_proposal(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn open_pull_request(
        &self,
        request: Request<v1::OpenPullRequestRequest>,
    ) -> Result<Response<v1::OpenPullRequestResponse>, Status> {
        open_pull_request::open_pull_request(&self.0, request.into_inner())
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

    type WatchProposalStream = tokio_stream::Empty<Result<v1::WatchProposalResponse, Status>>;

    async fn supersede_proposal(
        &self,
        _: Request<v1::SupersedeProposalRequest>,
    ) -> Result<Response<v1::SupersedeProposalResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }

    async fn reinstate_proposal(
        &self,
        _: Request<v1::ReinstateProposalRequest>,
    ) -> Result<Response<v1::ReinstateProposalResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }

    async fn explain_proposal(
        &self,
        _: Request<v1::ExplainProposalRequest>,
    ) -> Result<Response<v1::ExplainProposalResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }

    async fn watch_proposal(
        &self,
        _: Request<v1::WatchProposalRequest>,
    ) -> Result<Response<Self::WatchProposalStream>, Status> {
        Err(Status::unimplemented("not built yet"))
    }
}
