//! The shared handle: which secrets are live, and the text without them.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use secrecy::{ExposeSecret, SecretString};

use crate::{
    live::{Finder, Live},
    pass,
};

/// Fewer bytes than this would also be found in ordinary text.
pub(crate) const SHORTEST: usize = 8;

/// A secret of fewer than eight bytes, which would also be found in ordinary text: it is not taken, so its holder should refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret shorter than {SHORTEST} bytes cannot be redacted")]
pub struct TooShort;

/// Takes registered secrets and token-shaped text out of strings; clones share the same secrets.
#[derive(Clone, Default)]
pub struct Redactor {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    live: Mutex<Live>,
    finder: RwLock<Finder>,
}

impl Redactor {
    /// Makes a redactor without secrets; patterns work from the start.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes this secret, in every form, out of all texts until it is forgotten as often as it was registered.
    pub fn register(&self, secret: &SecretString) -> Result<(), TooShort> {
        if secret.expose_secret().trim().len() < SHORTEST {
            return Err(TooShort);
        }
        self.change(|live| live.add(secret));
        Ok(())
    }

    /// Registers a secret until the returned guard is dropped, which should be no earlier than the secret's expiry.
    pub fn guard(&self, secret: &SecretString) -> Result<Registration, TooShort> {
        self.register(secret)?;
        Ok(Registration { redactor: self.clone(), secret: secret.clone() })
    }

    /// Undoes one registration; a secret that is not registered is ignored, and one that was may be taken out of texts for
    /// some time yet.
    pub fn forget(&self, secret: &SecretString) {
        self.change(|live| live.remove(secret));
    }

    /// Gives the text without secrets; redacting the result again changes nothing.
    ///
    /// Takes time linear in the text's length, whatever the number of secrets.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let finder = self.shared.finder.read().unwrap_or_else(PoisonError::into_inner).clone();
        pass::redact(text, &finder)
    }

    /// The set stays locked until its finder is in place, so that an older one cannot replace it.
    fn change(&self, change: impl FnOnce(&mut Live) -> Option<Finder>) {
        let mut live = self.shared.live.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(finder) = change(&mut live) {
            *self.shared.finder.write().unwrap_or_else(PoisonError::into_inner) = finder;
        }
    }
}

/// Says how many secrets are held, and nothing of them.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let live = self.shared.live.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Redactor").field("secrets", &live.len()).finish()
    }
}

/// A registration that ends when it is dropped.
#[derive(Debug)]
#[must_use = "dropping the registration forgets the secret"]
pub struct Registration {
    redactor: Redactor,
    secret: SecretString,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.redactor.forget(&self.secret);
    }
}
