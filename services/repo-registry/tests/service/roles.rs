//! Who may ask for what.

use pullwright_proto::registry::{
    self as v1, config_repo_service_client::ConfigRepoServiceClient,
    credential_service_client::CredentialServiceClient,
};
use pullwright_rpc::Role;
use tonic::Code;

use crate::harness::{Registry, repo};

#[tokio::test]
async fn a_credential_is_for_the_runner_and_webhook_secrets_are_for_ingress() {
    let registry = Registry::start().await;
    registry.secret("acme_pat", "the-acme-credential");
    let repo = registry.register(repo("a", "https://github.com/acme/a")).await.unwrap();
    for role in Role::ALL {
        let mut client = CredentialServiceClient::new(registry.connection(role));
        let mint = v1::MintCredentialRequest { repository_id: repo.id.clone() };
        let minted = client.mint_credential(mint).await.map(|_| ()).map_err(|status| status.code());
        assert_eq!(
            minted,
            if role == Role::Runner { Ok(()) } else { Err(Code::PermissionDenied) },
            "{role}"
        );
        let secrets =
            v1::GetWebhookSecretsRequest { full_name: "acme/a".into(), ..Default::default() };
        let given =
            client.get_webhook_secrets(secrets).await.map(|_| ()).map_err(|status| status.code());
        assert_eq!(
            given,
            if role == Role::Ingress { Ok(()) } else { Err(Code::PermissionDenied) },
            "{role}"
        );
    }
}

#[tokio::test]
async fn what_a_hook_and_an_app_need_is_for_the_runner_and_so_is_what_is_reported() {
    let registry = Registry::start().await;
    for role in Role::ALL {
        let mut credentials = CredentialServiceClient::new(registry.connection(role));
        let mut repos = ConfigRepoServiceClient::new(registry.connection(role));
        let answers = [
            credentials.get_hook_secret(v1::GetHookSecretRequest::default()).await.map(drop),
            credentials.mint_app_token(v1::MintAppTokenRequest::default()).await.map(drop),
            repos.report_webhook(v1::ReportWebhookRequest::default()).await.map(drop),
            repos.report_repository(v1::ReportRepositoryRequest::default()).await.map(drop),
        ];
        let expected = if role == Role::Runner { Code::NotFound } else { Code::PermissionDenied };
        for answer in answers {
            assert_eq!(answer.unwrap_err().code(), expected, "{role}");
        }
    }
}

#[tokio::test]
async fn a_token_that_nobody_holds_opens_nothing() {
    let registry = Registry::start().await;
    let mut client = CredentialServiceClient::new(registry.connection_with("somebody"));
    let mint = v1::MintCredentialRequest { repository_id: String::new() };
    assert_eq!(client.mint_credential(mint).await.unwrap_err().code(), Code::Unauthenticated);
}
