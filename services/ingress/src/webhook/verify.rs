//! Whose secret a delivery is signed with.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use uuid::Uuid;

use super::{
    head::Target,
    hint,
    secrets::{Hint, Owner, Secret, Secrets},
    signature::Signature,
};
use crate::edge::{beside::beside, error::ApiError};

/// Most secrets that are tried on one delivery.
const MOST_SECRETS: usize = 8;

/// Tried in place of secrets that there are not, so that an unknown repository takes as long as a wrong signature.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()));

/// The secrets of all repositories that the body may be about, and of the Apps if it may come from one.
///
/// Those in force come first, so that nobody's previous ones keep another's from being tried.
pub(super) async fn candidates(
    secrets: &Secrets,
    target: Target,
    body: &[u8],
) -> Result<Vec<Arc<Secret>>, ApiError> {
    let mut candidates: Vec<Arc<Secret>> = Vec::new();
    for hint in hints(target, body) {
        for secret in secrets.of(&hint).await? {
            if !candidates.iter().any(|known| known.is(&secret)) {
                candidates.push(secret);
            }
        }
    }
    candidates.sort_by_key(|secret| secret.is_previous);
    candidates.truncate(MOST_SECRETS);
    Ok(candidates)
}

/// One hint for each name, the first of which carries the id.
fn hints(target: Target, body: &[u8]) -> Vec<Hint> {
    let Target { from_app, repository_github_id } = target;
    let names = hint::full_names(body);
    let first = Hint::new(names.first(), repository_github_id, from_app);
    let others = names.iter().skip(1).map(|name| Hint::new(Some(name), 0, from_app));
    std::iter::once(first).chain(others).filter(Hint::is_any).collect()
}

/// The owners of the secrets that fit; every one is tried, whichever fits.
///
/// When none does, so many were tried as could have been.
pub(super) async fn owners(
    signature: Signature,
    body: &Bytes,
    candidates: Vec<Arc<Secret>>,
) -> Result<Vec<Owner>, ApiError> {
    let bytes = body.clone();
    beside(body.len(), move || {
        let missing = MOST_SECRETS - candidates.len().min(MOST_SECRETS);
        let fits = |secret: &Arc<Secret>| signature.fits(secret.bytes(), &bytes);
        let fitting = candidates.into_iter().filter(fits);
        let owners: Vec<Owner> = fitting.map(|secret| secret.owner.clone()).collect();
        if owners.is_empty() {
            for _ in 0..missing {
                let _never = std::hint::black_box(signature.fits(NOBODYS.as_bytes(), &bytes));
            }
        }
        owners
    })
    .await
}
