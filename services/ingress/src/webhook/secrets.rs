//! Webhook secrets, asked of the keyring and kept for ten seconds, their absence for a moment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use pullwright_proto::registry::{
    self as v1, GetWebhookSecretsRequest, credential_service_client::CredentialServiceClient,
};
use pullwright_redact::{Redactor, Registration};
use pullwright_rpc::client::Connection;
use pullwright_settings::{ExposeSecret as _, SecretString};
use pullwright_types::RepositoryName;
use tokio::time::Instant;

use crate::{
    cores::{Core, ask},
    edge::error::ApiError,
};

/// How long an answer is believed; a changed secret works no later than this.
const KEPT: Duration = Duration::from_secs(10);
/// How long an absence is believed: a repository may be registered right after its hook's first ping was refused, and GitHub sends
/// nothing twice by itself.
const ABSENCE_KEPT: Duration = Duration::from_millis(250);
/// Most repositories that are remembered; names come from strangers.
const MOST_KEPT: usize = 1024;

/// A secret that a delivery of one repository may be signed with.
pub(super) struct Secret {
    /// The repository's id in the registry.
    pub(super) repository_id: String,
    /// The repository.
    pub(super) repository: RepositoryName,
    /// The host's web address.
    pub(super) host: String,
    value: SecretString,
    _redacted: Registration,
}

impl Secret {
    /// The secret's bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        self.value.expose_secret().as_bytes()
    }
}

/// The secrets of one repository's name, current and previous; none when nobody registered it.
type Known = Vec<Arc<Secret>>;

/// The webhook secrets, as the keyring knows them.
pub(crate) struct Secrets {
    keyring: CredentialServiceClient<Connection>,
    redactor: Redactor,
    kept: Mutex<HashMap<String, (Instant, Known)>>,
}

impl Secrets {
    pub(crate) fn new(keyring: CredentialServiceClient<Connection>, redactor: Redactor) -> Self {
        Self { keyring, redactor, kept: Mutex::default() }
    }

    /// The secrets of all registered repositories of this name; none when nobody registered it.
    pub(super) async fn of(&self, repository: &RepositoryName) -> Result<Known, ApiError> {
        let key = repository.key();
        if let Some(known) = self.remembered(&key) {
            return Ok(known);
        }
        let request = GetWebhookSecretsRequest {
            full_name: repository.to_string(),
            ..GetWebhookSecretsRequest::default()
        };
        let mut keyring = self.keyring.clone();
        let found = ask(Core::Registry, keyring.get_webhook_secrets(request)).await?;
        let known: Known =
            found.secrets.into_iter().flat_map(|entry| self.secrets(repository, entry)).collect();
        self.remember(key, known.clone());
        Ok(known)
    }

    fn secrets(&self, repository: &RepositoryName, entry: v1::WebhookSecrets) -> Known {
        let values = [entry.current, entry.previous].into_iter().filter(|value| !value.is_empty());
        let secret = |value: String| {
            let value = SecretString::from(value);
            // One that the log could not be kept clear of is not used.
            let redacted = self.redactor.guard(&value).inspect_err(|_| {
                tracing::warn!(repository.id = %entry.repository_id, "left out a webhook secret of {repository}: it is too short");
            });
            Some(Arc::new(Secret {
                repository_id: entry.repository_id.clone(),
                repository: repository.clone(),
                host: entry.host.clone(),
                value,
                _redacted: redacted.ok()?,
            }))
        };
        values.filter_map(secret).collect()
    }

    fn remembered(&self, key: &str) -> Option<Known> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|(until, _)| *until > Instant::now()).map(|(_, known)| known.clone())
    }

    /// When all places are taken by fresh answers a new one is asked for each time: slower, never wrong.
    fn remember(&self, key: String, known: Known) {
        let now = Instant::now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, (until, _)| *until > now);
        }
        if kept.len() < MOST_KEPT || kept.contains_key(&key) {
            let lasts = if known.is_empty() { ABSENCE_KEPT } else { KEPT };
            kept.insert(key, (now + lasts, known));
        }
    }
}

#[cfg(test)]
mod tests {
    use pullwright_rpc::client::Settings;

    use super::*;

    fn secrets() -> Secrets {
        let nowhere = Settings {
            address: tonic::transport::Endpoint::from_static("http://127.0.0.1:1"),
            token: "a service token".to_owned().into(),
        };
        let keyring = CredentialServiceClient::new(nowhere.connect().expect("a token that fits"));
        Secrets::new(keyring, Redactor::new())
    }

    #[tokio::test(start_paused = true)]
    async fn a_secret_is_believed_for_ten_seconds_and_an_absence_for_a_moment() {
        let secrets = secrets();
        let repository = RepositoryName::parse("acme/x").expect("a name");
        let entry = v1::WebhookSecrets {
            current: "long enough to be found".to_owned(),
            ..v1::WebhookSecrets::default()
        };
        for (known, lasts) in [(secrets.secrets(&repository, entry), KEPT), (vec![], ABSENCE_KEPT)]
        {
            secrets.remember("acme/x".to_owned(), known);
            tokio::time::advance(lasts - Duration::from_millis(1)).await;
            assert!(secrets.remembered("acme/x").is_some(), "{lasts:?}");
            tokio::time::advance(Duration::from_millis(1)).await;
            assert!(secrets.remembered("acme/x").is_none(), "{lasts:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_cannot_fill_the_memory() {
        let secrets = secrets();
        for number in 0..=MOST_KEPT {
            secrets.remember(format!("stranger/{number}"), Vec::new());
        }
        assert_eq!(secrets.kept.lock().expect("nobody panicked").len(), MOST_KEPT);
        assert!(
            secrets.remembered(&format!("stranger/{MOST_KEPT}")).is_none(),
            "asked for again, never wrong"
        );
        tokio::time::advance(KEPT).await;
        secrets.remember("acme/x".to_owned(), Vec::new());
        assert!(secrets.remembered("acme/x").is_some(), "room is made by what is too old");
    }

    #[tokio::test]
    async fn a_secret_is_taken_out_of_texts_as_long_as_it_is_kept_and_one_too_short_is_not_used() {
        let secrets = secrets();
        let repository = RepositoryName::parse("acme/x").expect("a name");
        let entry = |current: &str| v1::WebhookSecrets {
            current: current.to_owned(),
            ..v1::WebhookSecrets::default()
        };
        assert!(secrets.secrets(&repository, entry("short")).is_empty());
        let kept = secrets.secrets(&repository, entry("long enough to be found"));
        assert!(
            !secrets.redactor.redact("it is long enough to be found here").contains("long enough")
        );
        assert_eq!(kept.len(), 1);
    }
}
