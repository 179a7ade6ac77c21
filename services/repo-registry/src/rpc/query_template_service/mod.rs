//! Query templates over gRPC. Unwraps and wraps only.

mod create_query_template;
mod delete_query_template;
mod get_query_template;
mod list_query_templates;
mod update_query_template;

use std::sync::Arc;

use pullwright_proto::registry::{
    CreateQueryTemplateRequest, CreateQueryTemplateResponse, DeleteQueryTemplateRequest,
    DeleteQueryTemplateResponse, GetQueryTemplateRequest, GetQueryTemplateResponse,
    ListQueryTemplatesRequest, ListQueryTemplatesResponse, UpdateQueryTemplateRequest,
    UpdateQueryTemplateResponse, query_template_service_server,
};
use tonic::{Request, Response, Status};

use super::answer;
use crate::App;

/// The service.
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl query_template_service_server::QueryTemplateService for Service {
    async fn create_query_template(
        &self,
        request: Request<CreateQueryTemplateRequest>,
    ) -> Result<Response<CreateQueryTemplateResponse>, Status> {
        answer(create_query_template::create_query_template(&self.0, request.into_inner()).await)
    }

    async fn get_query_template(
        &self,
        request: Request<GetQueryTemplateRequest>,
    ) -> Result<Response<GetQueryTemplateResponse>, Status> {
        answer(get_query_template::get_query_template(&self.0, request.into_inner()).await)
    }

    async fn list_query_templates(
        &self,
        request: Request<ListQueryTemplatesRequest>,
    ) -> Result<Response<ListQueryTemplatesResponse>, Status> {
        answer(list_query_templates::list_query_templates(&self.0, request.into_inner()).await)
    }

    async fn update_query_template(
        &self,
        request: Request<UpdateQueryTemplateRequest>,
    ) -> Result<Response<UpdateQueryTemplateResponse>, Status> {
        answer(update_query_template::update_query_template(&self.0, request.into_inner()).await)
    }

    async fn delete_query_template(
        &self,
        request: Request<DeleteQueryTemplateRequest>,
    ) -> Result<Response<DeleteQueryTemplateResponse>, Status> {
        answer(delete_query_template::delete_query_template(&self.0, request.into_inner()).await)
    }
}
