//! What only a development environment has, over gRPC. Unwraps and wraps only.

mod purge_query_template;

use std::sync::Arc;

use pullwright_proto::registry::{
    PurgeQueryTemplateRequest, PurgeQueryTemplateResponse, development_service_server,
};
use tonic::{Request, Response, Status};

use super::answer;
use crate::App;

/// The service; registered in a development environment only.
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl development_service_server::DevelopmentService for Service {
    async fn purge_query_template(
        &self,
        request: Request<PurgeQueryTemplateRequest>,
    ) -> Result<Response<PurgeQueryTemplateResponse>, Status> {
        answer(purge_query_template::purge_query_template(&self.0, request.into_inner()).await)
    }
}
