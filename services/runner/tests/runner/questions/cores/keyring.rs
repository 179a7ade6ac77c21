//! The registry's part that knows secrets and config repositories.

use pullwright_proto::registry::{
    self, ConfigRepo, GetWebhookSecretsRequest, GetWebhookSecretsResponse, MintCredentialRequest,
    MintCredentialResponse, config_repo_service_server::ConfigRepoService,
    credential_service_server::CredentialService,
};
use tonic::{Code, Request, Response};

use super::{
    super::harness::{REPO_ID, REPOSITORY},
    Answer, Cores, not_found, status, unexpected,
};

#[tonic::async_trait]
impl CredentialService for Cores {
    async fn get_hook_secret(
        &self,
        _: Request<registry::GetHookSecretRequest>,
    ) -> Answer<registry::GetHookSecretResponse> {
        let told = self.0.lock().unwrap();
        match told.hook_secret.clone() {
            Some((secret, version)) => {
                Ok(Response::new(registry::GetHookSecretResponse { secret, version }))
            }
            None => Err(status(
                Code::FailedPrecondition,
                "WEBHOOK_SECRET_NOT_CONFIGURED",
                "the config repository names no webhook secret",
            )),
        }
    }

    async fn mint_app_token(
        &self,
        _: Request<registry::MintAppTokenRequest>,
    ) -> Answer<registry::MintAppTokenResponse> {
        let token = self.0.lock().unwrap().app_token.clone();
        Ok(Response::new(registry::MintAppTokenResponse { token, expires_at: None }))
    }

    async fn mint_credential(
        &self,
        request: Request<MintCredentialRequest>,
    ) -> Answer<MintCredentialResponse> {
        let told = self.0.lock().unwrap();
        let own = told.tokens.get(&request.into_inner().repository_id);
        match &told.mint_refusal {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(Response::new(MintCredentialResponse {
                token: own.unwrap_or(&told.token).clone(),
                expires_at: None,
            })),
        }
    }

    async fn get_webhook_secrets(
        &self,
        _: Request<GetWebhookSecretsRequest>,
    ) -> Answer<GetWebhookSecretsResponse> {
        unexpected()
    }
}

#[tonic::async_trait]
impl ConfigRepoService for Cores {
    async fn rotate_webhook_secret(
        &self,
        _: Request<registry::RotateWebhookSecretRequest>,
    ) -> Answer<registry::RotateWebhookSecretResponse> {
        unexpected()
    }

    async fn report_webhook(
        &self,
        request: Request<registry::ReportWebhookRequest>,
    ) -> Answer<registry::ReportWebhookResponse> {
        self.0.lock().unwrap().webhooks.push(request.into_inner());
        Ok(Response::new(registry::ReportWebhookResponse {}))
    }

    async fn report_repository(
        &self,
        request: Request<registry::ReportRepositoryRequest>,
    ) -> Answer<registry::ReportRepositoryResponse> {
        self.0.lock().unwrap().repositories.push(request.into_inner());
        Ok(Response::new(registry::ReportRepositoryResponse { renamed: true }))
    }

    async fn get_config_repo(
        &self,
        request: Request<registry::GetConfigRepoRequest>,
    ) -> Answer<registry::GetConfigRepoResponse> {
        if request.into_inner().config_repo_id != REPO_ID.to_string() {
            return Err(not_found());
        }
        let config_repo = ConfigRepo {
            id: REPO_ID.to_string(),
            name: "search-config".to_owned(),
            provider: "github".to_owned(),
            repo_url: format!("{}/{REPOSITORY}", self.1),
            default_branch: "main".to_owned(),
            pr_base_branch: "main".to_owned(),
            auth_ref: "search-config-token".to_owned(),
            ..ConfigRepo::default()
        };
        Ok(Response::new(registry::GetConfigRepoResponse { config_repo: Some(config_repo) }))
    }

    async fn create_config_repo(
        &self,
        _: Request<registry::CreateConfigRepoRequest>,
    ) -> Answer<registry::CreateConfigRepoResponse> {
        unexpected()
    }

    async fn list_config_repos(
        &self,
        _: Request<registry::ListConfigReposRequest>,
    ) -> Answer<registry::ListConfigReposResponse> {
        unexpected()
    }

    async fn update_config_repo(
        &self,
        _: Request<registry::UpdateConfigRepoRequest>,
    ) -> Answer<registry::UpdateConfigRepoResponse> {
        unexpected()
    }

    async fn delete_config_repo(
        &self,
        _: Request<registry::DeleteConfigRepoRequest>,
    ) -> Answer<registry::DeleteConfigRepoResponse> {
        unexpected()
    }
}
