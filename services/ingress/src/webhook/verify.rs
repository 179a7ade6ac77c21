//! Whose secret a delivery is signed with.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use pullwright_types::RepositoryName;
use uuid::Uuid;

use super::{event::About, hint, secrets::Secret, signature::Signature};
use crate::{
    App,
    edge::{beside::beside, error::ApiError},
};

/// Most secrets that are tried on one delivery.
const MOST_SECRETS: usize = 8;

/// Tried when there is no secret, so that an unknown repository takes as long as a wrong signature.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()));

/// A repository whose secret the sender knew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) repository_id: String,
    repository: RepositoryName,
    host: String,
}

/// The secrets of all repositories that the body may be about.
pub(super) async fn candidates(app: &App, body: &[u8]) -> Result<Vec<Arc<Secret>>, ApiError> {
    let mut candidates = Vec::new();
    for name in hint::full_names(body) {
        candidates.extend(app.secrets.of(&name).await?);
    }
    candidates.truncate(MOST_SECRETS);
    Ok(candidates)
}

/// The owners of the secrets that fit; every one is tried, whichever fits.
pub(super) async fn owners(
    signature: Signature,
    body: &Bytes,
    candidates: Vec<Arc<Secret>>,
) -> Result<Vec<Owner>, ApiError> {
    let bytes = body.clone();
    beside(body.len(), move || {
        if candidates.is_empty() {
            let _never = signature.fits(NOBODYS.as_bytes(), &bytes);
        }
        let fits = |secret: &Arc<Secret>| signature.fits(secret.bytes(), &bytes);
        let fitting = candidates.into_iter().filter(fits);
        fitting.map(|secret| owner(&secret)).collect()
    })
    .await
}

fn owner(secret: &Secret) -> Owner {
    Owner {
        repository_id: secret.repository_id.clone(),
        repository: secret.repository.clone(),
        host: secret.host.clone(),
    }
}

/// The owner that the body is about; where two hosts have a repository of that name, its page tells.
pub(super) fn of(about: &About, owners: &[Owner]) -> Option<Owner> {
    let named = || owners.iter().filter(|owner| owner.repository == about.repository);
    let on_page = |owner: &&Owner| about.page.starts_with(&format!("{}/", owner.host));
    named().find(on_page).or_else(|| named().next()).cloned()
}
