//! `pullwright.proposal.v1.StudyService`: unwraps, calls, wraps.

mod chain;
mod create_study;
mod get_digest;
mod get_study;
mod given_content;
mod list_studies;
mod update_digest;

use std::sync::Arc;

use pullwright_proto::proposal::{self as v1, study_service_server::StudyService};
use tonic::{Request, Response, Status};

use super::{refuse, repeat};
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
        repeat::call(&self.0, "CreateStudy", request.into_inner(), create_study::create_study)
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
        repeat::call(&self.0, "UpdateDigest", request.into_inner(), update_digest::update_digest)
            .await
            .map(Response::new)
            .map_err(refuse)
    }

    async fn list_studies(
        &self,
        request: Request<v1::ListStudiesRequest>,
    ) -> Result<Response<v1::ListStudiesResponse>, Status> {
        list_studies::list_studies(&self.0, request.into_inner())
            .await
            .map(Response::new)
            .map_err(refuse)
    }
}
