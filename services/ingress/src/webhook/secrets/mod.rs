//! Webhook secrets, asked of the keyring and remembered: for ten seconds where a signature fitted, and for a moment otherwise.

mod kept;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pullwright_proto::registry::{
    self as v1, GetWebhookSecretsRequest, credential_service_client::CredentialServiceClient,
};
use pullwright_redact::{Redactor, Registration};
use pullwright_rpc::client::Connection;
use pullwright_settings::{ExposeSecret as _, SecretString};
use pullwright_types::RepositoryName;
use subtle::ConstantTimeEq as _;
use tokio::time::Instant;

use self::kept::{Kept, Remembered};
use crate::{
    cores::{Core, ask},
    edge::error::ApiError,
};

/// What a delivery says before it is believed: it only picks which secrets are tried.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Hint {
    /// `owner/name` in lower case; empty when there is none.
    full_name: String,
    repository_github_id: i64,
    from_app: bool,
}

impl Hint {
    /// A hint at a repository, by its name or its id or both, or at none.
    pub(super) fn new(
        repository: Option<&RepositoryName>,
        repository_github_id: i64,
        from_app: bool,
    ) -> Self {
        let full_name = repository.map(RepositoryName::key).unwrap_or_default();
        Self { full_name, repository_github_id, from_app }
    }

    /// Whether it could find anything.
    pub(super) fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

/// Whose secret it is, and for what it may speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    /// The App, by its id in the registry; empty when it is the repository's own.
    pub(super) app_id: String,
    /// The repository's id in the registry; empty when an App's secret was found and no registered repository.
    pub(super) repository_id: String,
    /// The repository as it is registered.
    pub(super) repository: Option<RepositoryName>,
    /// GitHub's id of the repository; 0 when it is not known.
    pub(super) repository_github_id: i64,
    /// The host's web address.
    pub(super) host: String,
}

/// A secret that a delivery may be signed with.
pub(super) struct Secret {
    pub(super) owner: Owner,
    /// Whether it is the one before the one in force.
    pub(super) is_previous: bool,
    value: SecretString,
    _redacted: Registration,
}

impl Secret {
    /// The secret's bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        self.value.expose_secret().as_bytes()
    }

    /// Whether it is the same secret of the same owner, found twice.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.owner == other.owner && bool::from(self.bytes().ct_eq(other.bytes()))
    }
}

/// The secrets that one hint finds; none when nobody registered it.
type Known = Vec<Arc<Secret>>;

/// The webhook secrets, as the keyring knows them.
pub(crate) struct Secrets {
    keyring: CredentialServiceClient<Connection>,
    redactor: Redactor,
    kept: Mutex<Kept>,
}

impl Secrets {
    pub(crate) fn new(keyring: CredentialServiceClient<Connection>, redactor: Redactor) -> Self {
        Self { keyring, redactor, kept: Mutex::new(Kept::new(Instant::now())) }
    }

    /// What somebody sent, without any secret that is known here.
    pub(super) fn redacted(&self, text: &str) -> String {
        self.redactor.redact(text).into_owned()
    }

    /// The secrets that a hint finds, current and previous.
    pub(super) async fn of(&self, hint: &Hint) -> Result<Known, ApiError> {
        let known = self.kept().get(hint, Instant::now());
        match known {
            Some(known) => Ok(known),
            None => self.ask(hint).await,
        }
    }

    /// The secrets that a hint finds by now, when none of those that were remembered fits: a secret may be new.
    ///
    /// `None` when there is nothing to ask again, or it was asked again so often already that the keyring is spared.
    pub(super) async fn renewed(&self, hint: &Hint) -> Result<Option<Known>, ApiError> {
        let remembered = self.kept().look(hint, Instant::now());
        let turn = match remembered {
            Remembered::Fresh(known) => return Ok(Some(known)),
            Remembered::Old(turn) => turn,
            Remembered::Nothing => return Ok(None),
        };
        let _turn = turn.lock().await;
        // Whoever had the turn before has asked already.
        {
            let (mut kept, now) = (self.kept(), Instant::now());
            if let Remembered::Fresh(known) = kept.look(hint, now) {
                return Ok(Some(known));
            }
            if !kept.may_ask_again(now) {
                return Ok(None);
            }
        }
        self.ask(hint).await.map(Some)
    }

    /// Remembers for longer what these hints find, where it is one of the secrets that a signature fitted.
    pub(super) fn prove(&self, hints: &[Hint], fitting: &[Arc<Secret>]) {
        let mut kept = self.kept();
        for hint in hints {
            kept.prove(hint, |known| fitting.iter().any(|fits| fits.is(known)));
        }
    }

    async fn ask(&self, hint: &Hint) -> Result<Known, ApiError> {
        let request = GetWebhookSecretsRequest {
            full_name: hint.full_name.clone(),
            repository_github_id: hint.repository_github_id,
            from_app: hint.from_app,
        };
        let mut keyring = self.keyring.clone();
        let found = ask(Core::Registry, keyring.get_webhook_secrets(request)).await?;
        let known: Known =
            found.secrets.into_iter().flat_map(|entry| self.secrets(entry)).collect();
        self.kept().put(hint.clone(), known.clone(), Instant::now());
        Ok(known)
    }

    fn secrets(&self, entry: v1::WebhookSecrets) -> Known {
        let owner = Owner {
            app_id: entry.app_id,
            repository_id: entry.repository_id,
            repository: RepositoryName::parse(&entry.full_name).ok(),
            repository_github_id: entry.repository_github_id,
            host: entry.host,
        };
        let values = [(entry.current, false), (entry.previous, true)];
        let values = values.into_iter().filter(|(value, _)| !value.is_empty());
        let secret = |(value, is_previous): (String, bool)| {
            let value = SecretString::from(value);
            // One that the log could not be kept clear of is not used.
            let redacted = self.redactor.guard(&value).inspect_err(|_| {
                tracing::warn!(repository.id = %owner.repository_id, app.id = %owner.app_id, "left out a webhook secret: it is too short");
            });
            let _redacted = redacted.ok()?;
            Some(Arc::new(Secret { owner: owner.clone(), is_previous, value, _redacted }))
        };
        values.filter_map(secret).collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
