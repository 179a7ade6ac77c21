//! GitHub Apps over gRPC. Unwraps and wraps only.

mod list_apps;

use std::sync::Arc;

use pullwright_proto::registry::{ListAppsRequest, ListAppsResponse, app_service_server};
use tonic::{Request, Response, Status};

use crate::App;

/// The service.
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl app_service_server::AppService for Service {
    async fn list_apps(
        &self,
        _: Request<ListAppsRequest>,
    ) -> Result<Response<ListAppsResponse>, Status> {
        Ok(Response::new(list_apps::list_apps(&self.0)))
    }
}
