//! Who may ask for what.

use pullwright_proto::registry::{self as v1, credential_service_client::CredentialServiceClient};
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
async fn a_token_that_nobody_holds_opens_nothing() {
    let registry = Registry::start().await;
    let mut client = CredentialServiceClient::new(registry.connection_with("somebody"));
    let mint = v1::MintCredentialRequest { repository_id: String::new() };
    assert_eq!(client.mint_credential(mint).await.unwrap_err().code(), Code::Unauthenticated);
}
