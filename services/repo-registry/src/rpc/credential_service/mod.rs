//! Secrets over gRPC, each for one role only. Unwraps and wraps only.

mod get_hook_secret;
mod get_webhook_secrets;
mod mint_app_token;
mod mint_credential;

use std::sync::Arc;

use pullwright_proto::registry::{
    GetHookSecretRequest, GetHookSecretResponse, GetWebhookSecretsRequest,
    GetWebhookSecretsResponse, MintAppTokenRequest, MintAppTokenResponse, MintCredentialRequest,
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
        request: Request<GetHookSecretRequest>,
    ) -> Result<Response<GetHookSecretResponse>, Status> {
        answer(get_hook_secret::get_hook_secret(&self.0, request.into_inner()).await)
    }

    async fn mint_app_token(
        &self,
        request: Request<MintAppTokenRequest>,
    ) -> Result<Response<MintAppTokenResponse>, Status> {
        answer(mint_app_token::mint_app_token(&self.0, request.into_inner()).await)
    }
}
