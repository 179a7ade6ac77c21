//! Targets over gRPC: what the ledger asks. Unwraps and wraps only.

mod resolve_target;

use std::sync::Arc;

use pullwright_proto::registry::{
    ResolveTargetRequest, ResolveTargetResponse, target_service_server,
};
use tonic::{Request, Response, Status};

use super::answer;
use crate::App;

/// The service.
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl target_service_server::TargetService for Service {
    async fn resolve_target(
        &self,
        request: Request<ResolveTargetRequest>,
    ) -> Result<Response<ResolveTargetResponse>, Status> {
        answer(resolve_target::resolve_target(&self.0, request.into_inner()).await)
    }
}
