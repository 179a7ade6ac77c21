//! `pullwright.proposal.v1.StudyService`: unwraps, calls, wraps.

mod create_study;
mod get_digest;
mod get_study;
mod given_content;
mod update_digest;

use std::sync::Arc;

use pullwright_proto::proposal::{self as v1, study_service_server::StudyService};
use tonic::{Request, Response, Status};

use super::refuse;
use crate::App;

/// The largest message that the service takes: ten thousand trials with their values per query.
pub const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// The service.
#[derive(Clone)]
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl StudyService for Service {
    async fn create_study(
        &self,
        request: Request<v1::CreateStudyRequest>,
    ) -> Result<Response<v1::CreateStudyResponse>, Status> {
        create_study::create_study(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn get_study(
        &self,
        request: Request<v1::GetStudyRequest>,
    ) -> Result<Response<v1::GetStudyResponse>, Status> {
        get_study::get_study(&self.0, request.into_inner()).await.map(Response::new).map_err(refuse)
    }

    async fn get_digest(
        &self,
        request: Request<v1::GetDigestRequest>,
    ) -> Result<Response<v1::GetDigestResponse>, Status> {
        get_digest::get_digest(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn update_digest(
        &self,
        request: Request<v1::UpdateDigestRequest>,
    ) -> Result<Response<v1::UpdateDigestResponse>, Status> {
        update_digest::update_digest(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn list_studies(
        &self,
        _: Request<pullwright_proto::proposal::ListStudiesRequest>,
    ) -> Result<Response<pullwright_proto::proposal::ListStudiesResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }
}
