//! The secrets that are live, and what finds them.
//!
//! Tokens come and go while thousands may be live, so a new one goes into a small automaton that is cheap to make again;
//! now and then all of them are settled into a large one.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use crate::{
    exact::Exact,
    forms::{self, Form},
    span::Span,
};

/// How many secrets the small automaton takes before all are settled.
const RECENT: usize = 32;

/// Live secrets, the settled ones first.
#[derive(Default)]
pub(crate) struct Live {
    secrets: Vec<Secret>,
    settled: usize,
    /// Forgotten secrets that the large automaton still finds.
    stale: usize,
    finder: Finder,
}

struct Secret {
    value: SecretString,
    holders: usize,
    forms: Arc<Vec<Form>>,
}

/// Finds what was live when it was made.
#[derive(Clone, Default)]
pub(crate) struct Finder {
    settled: Option<Arc<Exact>>,
    recent: Option<Arc<Exact>>,
}

impl Finder {
    /// Adds every place where a form of a secret stands.
    pub(crate) fn find(&self, text: &[u8], spans: &mut Vec<Span>) {
        for exact in self.settled.iter().chain(&self.recent) {
            exact.find(text, spans);
        }
    }
}

impl Live {
    pub(crate) fn len(&self) -> usize {
        self.secrets.len()
    }

    /// Adds a holder of a secret; gives the finder when it is a new one.
    pub(crate) fn add(&mut self, secret: &SecretString) -> Option<Finder> {
        if let Some(at) = self.position(secret) {
            self.secrets[at].holders += 1;
            return None;
        }
        let forms = Arc::new(forms::of(secret.expose_secret()));
        self.secrets.push(Secret { value: secret.clone(), holders: 1, forms });
        Some(self.prepare())
    }

    /// Takes a holder of a secret away; gives the finder when it was the last one.
    pub(crate) fn remove(&mut self, secret: &SecretString) -> Option<Finder> {
        let at = self.position(secret)?;
        self.secrets[at].holders -= 1;
        if self.secrets[at].holders > 0 {
            return None;
        }
        self.secrets.remove(at);
        if at < self.settled {
            self.settled -= 1;
            self.stale += 1;
        }
        Some(self.prepare())
    }

    fn prepare(&mut self) -> Finder {
        if self.secrets.len() - self.settled > RECENT || self.stale > RECENT {
            self.finder.settled = exact(&self.secrets);
            self.settled = self.secrets.len();
            self.stale = 0;
        }
        self.finder.recent = exact(&self.secrets[self.settled..]);
        self.finder.clone()
    }

    fn position(&self, secret: &SecretString) -> Option<usize> {
        self.secrets.iter().position(|known| known.value.expose_secret() == secret.expose_secret())
    }
}

fn exact(secrets: &[Secret]) -> Option<Arc<Exact>> {
    (!secrets.is_empty())
        .then(|| Arc::new(Exact::new(secrets.iter().map(|secret| secret.forms.clone()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(live: &Live, n: usize) -> bool {
        let mut spans = Vec::new();
        live.finder.find(text(n).as_bytes(), &mut spans);
        !spans.is_empty()
    }

    fn text(n: usize) -> String {
        format!("secret-number-{n}.")
    }

    #[test]
    fn every_live_secret_is_found_and_a_forgotten_one_not_for_ever() {
        let mut live = Live::default();
        for n in 0..100 {
            live.add(&text(n).into());
            assert!((0..=n).all(|n| finds(&live, n)), "{n}");
        }
        for n in 0..70 {
            live.remove(&text(n).into());
            assert!((n + 1..100).all(|n| finds(&live, n)), "{n}");
        }
        assert!((0..=RECENT).all(|n| !finds(&live, n)));
        assert_eq!(live.len(), 30);
    }
}
