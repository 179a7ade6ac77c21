//! The keyring as the runner sees it: the credential of one repository, kept no longer than the work on it.

use jiff::Timestamp;
use pullwright_proto::registry::{
    MintCredentialRequest, credential_service_client::CredentialServiceClient,
};
use pullwright_redact::Redactor;
use pullwright_rpc::{Refusal, client::Connection};
use pullwright_settings::SecretString;

/// The keyring; cheap to clone.
#[derive(Clone)]
pub struct Keyring {
    client: CredentialServiceClient<Connection>,
    redactor: Redactor,
}

/// A credential as it was minted.
pub struct Minted {
    /// The token.
    pub token: SecretString,
    /// When it stops working, if the keyring knows.
    pub expires_at: Option<Timestamp>,
}

impl Keyring {
    /// The keyring at the other end of `connection`; what it gives is registered with `redactor` before anybody sees it.
    #[must_use]
    pub fn new(connection: Connection, redactor: Redactor) -> Self {
        Self { client: CredentialServiceClient::new(connection), redactor }
    }

    /// The token for git and the API of a repository.
    pub async fn mint(&self, repository_id: &str) -> Result<Minted, Refusal> {
        let request = MintCredentialRequest { repository_id: repository_id.to_owned() };
        let minted = self.client.clone().mint_credential(request).await?.into_inner();
        let token: SecretString = minted.token.into();
        self.redactor.register(&token).map_err(|too_short| Refusal {
            code: tonic::Code::FailedPrecondition,
            reason: pullwright_proto::error::ErrorReason::GithubNotConfigured,
            message: format!("the repository's credential cannot be used: {too_short}"),
            violations: Vec::new(),
            retry_after: None,
        })?;
        let expires_at =
            minted.expires_at.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
        Ok(Minted { token, expires_at })
    }
}
