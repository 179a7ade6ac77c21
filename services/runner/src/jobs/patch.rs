//! What a branch changes of the params file, and the hash that pins it.

use pullwright_proto::job::Announcement;
use pullwright_rpc::explain::chain;
use sha2::{Digest as _, Sha256};

use super::{Look, place::Place};
use crate::{
    error::JobError,
    git::{Compared, Oid},
};

/// A unified diff.
pub(super) struct Patch {
    /// As `git diff` prints it.
    pub(super) text: String,
    /// Its SHA-256, in hex.
    pub(super) sha256: String,
}

impl Patch {
    /// The diff with its hash.
    pub(super) fn of(text: String) -> Self {
        let hash = Sha256::digest(&text);
        let sha256 = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { text, sha256 }
    }
}

/// What a branch of ours that stands at the remote already changes of the file.
pub(super) async fn standing(
    look: &Look<'_>,
    place: &Place,
    announced: &[Announcement],
    head: &Oid,
    path: &str,
) -> Result<(Oid, Compared), JobError> {
    let base = base_of(announced, head)?;
    let compare = look.app.git.compare(&place.remote, &base, head, path);
    let compared = look.steps.time("diff", compare).await?;
    Ok((base, compared))
}

/// The hash of that; empty when it cannot be had, which is no reason not to open the pull request.
pub(super) async fn standing_sha256(
    look: &Look<'_>,
    place: &Place,
    announced: &[Announcement],
    head: &Oid,
    path: &str,
) -> String {
    match standing(look, place, announced, head, path).await {
        Ok((_, compared)) => Patch::of(compared.patch).sha256,
        Err(error) => {
            tracing::warn!(error.chain = chain(&error), "the hash of the diff is not known");
            String::new()
        }
    }
}

/// The base that was announced for this head; with a person's commits on top, that of the last announcement.
fn base_of(announced: &[Announcement], head: &Oid) -> Result<Oid, JobError> {
    let exact = announced.iter().find(|announced| announced.head_oid == head.as_str());
    let base = exact.or(announced.last()).map(|announced| announced.base_oid.as_str());
    Oid::parse(base.unwrap_or_default())
        .map_err(|source| JobError::Spec { field: "journal", source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_text() {
        let known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Patch::of(String::new()).sha256, known);
    }

    #[test]
    fn the_base_is_the_one_that_was_announced_with_the_head() {
        let announced = |base: &str, head: &str| Announcement {
            base_oid: base.repeat(40),
            head_oid: head.repeat(40),
        };
        let all = [announced("1", "a"), announced("2", "b")];
        let base = |head: &str| base_of(&all, &Oid::parse(&head.repeat(40)).unwrap()).unwrap();
        assert_eq!(base("a").as_str(), "1".repeat(40));
        assert_eq!(base("c").as_str(), "2".repeat(40));
        assert!(base_of(&[], &Oid::from_bytes(&[1; 20])).is_err());
    }
}
