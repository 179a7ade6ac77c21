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

/// The owners of the secrets that a body is signed with; why there are none, for the log.
///
/// Each of those that were remembered is tried, whichever fits. When none does, the keyring is asked again once for what it was asked
/// some time ago, as a secret may have been changed since; an unknown repository is asked for as often.
pub(super) async fn believed(
    secrets: &Secrets,
    target: Target,
    signature: Signature,
    body: &Bytes,
) -> Result<Result<Vec<Owner>, &'static str>, ApiError> {
    let hints = hints(target, body);
    let tried = candidates(secrets, &hints).await?;
    let reason = if tried.is_empty() { "unknown_repository" } else { "bad_signature" };
    let mut fitting = fitting(signature, body, tried.clone(), MOST_SECRETS).await?;
    if fitting.is_empty() {
        let newer = newer(secrets, &hints, &tried).await?;
        fitting = self::fitting(signature, body, newer, 0).await?;
    }
    if fitting.is_empty() {
        return Ok(Err(reason));
    }
    secrets.prove(&hints, &fitting);
    Ok(Ok(fitting.iter().map(|secret| secret.owner.clone()).collect()))
}

/// The secrets of all repositories that the body may be about, and of the Apps if it may come from one.
async fn candidates(secrets: &Secrets, hints: &[Hint]) -> Result<Vec<Arc<Secret>>, ApiError> {
    let mut all = Vec::new();
    for hint in hints {
        all.extend(secrets.of(hint).await?);
    }
    Ok(chosen(all))
}

/// The secrets that would be tried by now, without those that were.
async fn newer(
    secrets: &Secrets,
    hints: &[Hint],
    tried: &[Arc<Secret>],
) -> Result<Vec<Arc<Secret>>, ApiError> {
    let mut all = Vec::new();
    for hint in hints {
        all.extend(secrets.renewed(hint).await?.unwrap_or_default());
    }
    let was_tried = |secret: &Arc<Secret>| tried.iter().any(|known| known.is(secret));
    Ok(chosen(all).into_iter().filter(|secret| !was_tried(secret)).collect())
}

/// Each once, and as many as are tried at most.
///
/// Those in force come first, so that nobody's previous ones keep another's from being tried.
fn chosen(all: Vec<Arc<Secret>>) -> Vec<Arc<Secret>> {
    let mut chosen: Vec<Arc<Secret>> = Vec::new();
    for secret in all {
        if !chosen.iter().any(|known| known.is(&secret)) {
            chosen.push(secret);
        }
    }
    chosen.sort_by_key(|secret| secret.is_previous);
    chosen.truncate(MOST_SECRETS);
    chosen
}

/// One hint for each name, the first of which carries the id.
fn hints(target: Target, body: &[u8]) -> Vec<Hint> {
    let Target { from_app, repository_github_id } = target;
    let names = hint::full_names(body);
    let first = Hint::new(names.first(), repository_github_id, from_app);
    let others = names.iter().skip(1).map(|name| Hint::new(Some(name), 0, from_app));
    std::iter::once(first).chain(others).filter(Hint::is_any).collect()
}

/// The secrets that fit; every one is tried, whichever fits. When none does, at least so many trials were made.
async fn fitting(
    signature: Signature,
    body: &Bytes,
    candidates: Vec<Arc<Secret>>,
    at_least: usize,
) -> Result<Vec<Arc<Secret>>, ApiError> {
    if candidates.len().max(at_least) == 0 {
        return Ok(candidates);
    }
    let bytes = body.clone();
    beside(body.len(), move || {
        let missing = at_least.saturating_sub(candidates.len());
        let fits = |secret: &Arc<Secret>| signature.fits(secret.bytes(), &bytes);
        let fitting: Vec<_> = candidates.into_iter().filter(fits).collect();
        if fitting.is_empty() {
            for _ in 0..missing {
                let _never = std::hint::black_box(signature.fits(NOBODYS.as_bytes(), &bytes));
            }
        }
        fitting
    })
    .await
}
