//! `pullwright.proposal.v1.DevelopmentService`: unwraps, calls, wraps. Served in a development environment only.

mod delete_digest;
mod delete_judgment_list;
mod delete_proposal;
mod delete_query_set;
mod delete_study;
mod purge_query_template;
mod seed_chain;
mod seed_completed_study;
mod seeding;

use std::sync::Arc;

use pullwright_proto::proposal::{self as v1, development_service_server::DevelopmentService};
use tonic::{Request, Response, Status};

use super::{refuse, repeat};
use crate::App;

/// The service.
#[derive(Clone)]
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl DevelopmentService for Service {
    async fn seed_completed_study(
        &self,
        request: Request<v1::SeedCompletedStudyRequest>,
    ) -> Result<Response<v1::SeedCompletedStudyResponse>, Status> {
        repeat::call(
            &self.0,
            "SeedCompletedStudy",
            request.into_inner(),
            seed_completed_study::seed_completed_study,
        )
        .await
        .map(Response::new)
        .map_err(refuse)
    }

    async fn seed_chain(
        &self,
        request: Request<v1::SeedChainRequest>,
    ) -> Result<Response<v1::SeedChainResponse>, Status> {
        repeat::call(&self.0, "SeedChain", request.into_inner(), seed_chain::seed_chain)
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn delete_proposal(
        &self,
        request: Request<v1::DeleteProposalRequest>,
    ) -> Result<Response<v1::DeleteProposalResponse>, Status> {
        delete_proposal::delete_proposal(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn delete_digest(
        &self,
        request: Request<v1::DeleteDigestRequest>,
    ) -> Result<Response<v1::DeleteDigestResponse>, Status> {
        delete_digest::delete_digest(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn delete_study(
        &self,
        request: Request<v1::DeleteStudyRequest>,
    ) -> Result<Response<v1::DeleteStudyResponse>, Status> {
        delete_study::delete_study(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn delete_judgment_list(
        &self,
        request: Request<v1::DeleteJudgmentListRequest>,
    ) -> Result<Response<v1::DeleteJudgmentListResponse>, Status> {
        delete_judgment_list::delete_judgment_list(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn delete_query_set(
        &self,
        request: Request<v1::DeleteQuerySetRequest>,
    ) -> Result<Response<v1::DeleteQuerySetResponse>, Status> {
        delete_query_set::delete_query_set(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn purge_query_template(
        &self,
        request: Request<v1::PurgeQueryTemplateRequest>,
    ) -> Result<Response<v1::PurgeQueryTemplateResponse>, Status> {
        purge_query_template::purge_query_template(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }
}
