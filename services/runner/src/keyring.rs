//! The keyring as the runner sees it: the credential of one repository or App, the secret of one hook, kept no longer than the work
//! with it.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use pullwright_proto::registry::{
    GetHookSecretRequest, MintAppTokenRequest, MintCredentialRequest,
    credential_service_client::CredentialServiceClient,
};
use pullwright_redact::{Redactor, Registration, TooShort};
use pullwright_rpc::{Refusal, client::Connection};
use pullwright_settings::SecretString;

/// The keyring; cheap to clone.
#[derive(Clone)]
pub struct Keyring {
    client: CredentialServiceClient<Connection>,
    redactor: Redactor,
    /// The Apps' tokens that may still work, with the second of the Unix time at which each ends.
    app_tokens: Arc<Mutex<Vec<(i64, Registration)>>>,
}

/// More than a token of an App works, seconds.
const APP_TOKEN_SECONDS: i64 = 600;

/// A credential as it was minted.
pub struct Minted {
    /// The token.
    pub token: SecretString,
    /// When it stops working, if the keyring knows.
    pub expires_at: Option<Timestamp>,
}

/// The secret of a hook.
pub struct HookSecret {
    /// Its value.
    pub value: SecretString,
    /// Changes whenever the value does.
    pub version: String,
}

impl Keyring {
    /// The keyring at the other end of `connection`; what it gives is registered with `redactor` before anybody sees it.
    #[must_use]
    pub fn new(connection: Connection, redactor: Redactor) -> Self {
        let client = CredentialServiceClient::new(connection);
        Self { client, redactor, app_tokens: Arc::default() }
    }

    /// The token for git and the API of a repository.
    pub async fn mint(&self, repository_id: &str) -> Result<Minted, Refusal> {
        let request = MintCredentialRequest { repository_id: repository_id.to_owned() };
        let minted = self.client.clone().mint_credential(request).await?.into_inner();
        let token: SecretString = minted.token.into();
        let registered = self.redactor.register(&token);
        registered.map_err(|error| unusable("the repository's credential", error))?;
        let expires_at =
            minted.expires_at.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
        Ok(Minted { token, expires_at })
    }

    /// The secret that a repository's hook is to have.
    pub async fn hook_secret(&self, repository_id: &str) -> Result<HookSecret, Refusal> {
        let request = GetHookSecretRequest { repository_id: repository_id.to_owned() };
        let given = self.client.clone().get_hook_secret(request).await?.into_inner();
        let value: SecretString = given.secret.into();
        // One that is too short to be found everywhere is taken out of GitHub's answers, the only texts that it could be in.
        if let Err(too_short) = self.redactor.register(&value) {
            tracing::warn!(repository.id = repository_id, error = %too_short, "a weak webhook secret");
        }
        Ok(HookSecret { value, version: given.version })
    }

    /// The token that speaks for a GitHub App itself; a new one each time, so it is taken out of texts no longer than it works.
    pub async fn app_token(&self, app_id: &str) -> Result<SecretString, Refusal> {
        let request = MintAppTokenRequest { app_id: app_id.to_owned() };
        let minted = self.client.clone().mint_app_token(request).await?.into_inner();
        let token = SecretString::from(minted.token);
        let registration =
            self.redactor.guard(&token).map_err(|error| unusable("the App's token", error))?;
        let expires = minted.expires_at.map_or(i64::MAX, |time| time.seconds);
        let mut live = self.app_tokens.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|(end, _)| *end > expires.saturating_sub(APP_TOKEN_SECONDS));
        live.push((expires, registration));
        Ok(token)
    }
}

fn unusable(what: &str, too_short: TooShort) -> Refusal {
    Refusal {
        code: tonic::Code::FailedPrecondition,
        reason: pullwright_proto::error::ErrorReason::GithubNotConfigured,
        message: format!("{what} cannot be used: {too_short}"),
        violations: Vec::new(),
        retry_after: None,
    }
}
