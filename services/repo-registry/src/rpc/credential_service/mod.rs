//! Secrets over gRPC, each for one role only. Unwraps and wraps only.

mod get_webhook_secrets;
mod mint_credential;

use std::sync::Arc;

use pullwright_proto::registry::{
    self as v1, GetWebhookSecretsRequest, GetWebhookSecretsResponse, MintCredentialRequest,
    MintCredentialResponse, credential_service_server,
};
use tonic::{Request, Response, Status};

use super::answer;
use crate::App;

/// The service.
pub struct Service(pub Arc<App>);

#[tonic::async_trait]
impl credential_service_server::CredentialService for Service {
    async fn mint_credential(
        &self,
        request: Request<MintCredentialRequest>,
    ) -> Result<Response<MintCredentialResponse>, Status> {
        answer(mint_credential::mint_credential(&self.0, request.into_inner()).await)
    }

    async fn get_webhook_secrets(
        &self,
        request: Request<GetWebhookSecretsRequest>,
    ) -> Result<Response<GetWebhookSecretsResponse>, Status> {
        answer(get_webhook_secrets::get_webhook_secrets(&self.0, request.into_inner()).await)
    }

    async fn get_hook_secret(
        &self,
        _: Request<v1::GetHookSecretRequest>,
    ) -> Result<Response<v1::GetHookSecretResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }

    async fn mint_app_token(
        &self,
        _: Request<v1::MintAppTokenRequest>,
    ) -> Result<Response<v1::MintAppTokenResponse>, Status> {
        Err(Status::unimplemented("not built yet"))
    }
}
