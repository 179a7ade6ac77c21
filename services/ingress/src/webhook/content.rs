//! What a delivery says that somebody signed: held against whose secret it was. Does not log.

use pullwright_proto::error::ErrorReason;

use super::{
    event::{About, Incomplete, NotAnObject, Payload, PullRequest},
    head,
    secrets::Owner,
};
use crate::edge::error::ApiError;

/// What is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    /// Whose secret it was.
    pub(super) owner: Owner,
    /// The repository that it is about; none when an App tells of something else.
    pub(super) about: Option<About>,
    /// The action; empty when there is none.
    pub(super) action: String,
    /// What a `pull_request` event says that changes something.
    pub(super) pull_request: Option<PullRequest>,
}

/// Why a signed body is not believed all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    NotAnObject(#[from] NotAnObject),
    #[error("the body is about another repository than the secret")]
    OtherRepository,
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
}

/// Reads a body whose signature fits the secrets of `owners`.
pub(super) fn read(event: &str, body: &[u8], owners: Vec<Owner>) -> Result<Content, Refused> {
    let payload = Payload::read(body)?;
    let about = payload.about();
    let owner = match &about {
        Some(about) => of(about, owners),
        None => of_none(owners),
    };
    let owner = owner.ok_or(Refused::OtherRepository)?;
    let pull_request = match event {
        "pull_request" if about.is_none() => {
            let rule = "must be an object with the repository's full_name";
            return Err(Incomplete { field: "repository", rule }.into());
        }
        "pull_request" => payload.pull_request()?,
        _ => None,
    };
    let action = payload.action().unwrap_or_default();
    Ok(Content { owner, about, action, pull_request })
}

/// The owner that may speak for a repository: the one that is registered as it, by its id rather than by its name, and where two hosts
/// have one of that name the one that its page is on; else an App.
fn of(about: &About, owners: Vec<Owner>) -> Option<Owner> {
    let rank = |owner: &Owner| {
        let on_page = about.page.starts_with(&format!("{}/", owner.host));
        match (owner.app_id.is_empty(), likeness(owner, about)) {
            (true, None) => None,
            (is_own, likeness) => Some((!is_own, likeness.unwrap_or(Likeness::None), !on_page)),
        }
    };
    let ranked = owners.into_iter().filter_map(|owner| rank(&owner).map(|rank| (rank, owner)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, owner)| owner)
}

/// The App that speaks of no repository.
fn of_none(owners: Vec<Owner>) -> Option<Owner> {
    owners.into_iter().find(|owner| !owner.app_id.is_empty())
}

/// What makes a registered repository the one that a body is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// GitHub's id of it, which it keeps through renames.
    Id,
    /// Its name, and nothing says that it is another repository's by now.
    Name,
    /// Nothing.
    None,
}

fn likeness(owner: &Owner, about: &About) -> Option<Likeness> {
    let has_name = || owner.repository.as_ref() == Some(&about.repository);
    match (owner.repository_github_id, about.github_id) {
        (0, _) | (_, 0) => has_name().then_some(Likeness::Name),
        (registered, told) => (registered == told).then_some(Likeness::Id),
    }
}

/// Whether an owner is registered as this repository.
pub(super) fn found(owner: &Owner, about: &About) -> bool {
    !owner.repository_id.is_empty() && likeness(owner, about).is_some()
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotAnObject(_) => head::bad_request(refused.to_string()),
            Refused::OtherRepository => disbelieved(),
            Refused::Incomplete(Incomplete { field, rule }) => ApiError::invalid(field, rule),
        }
    }
}

/// One answer for every delivery that cannot be believed; only the log says why.
pub(super) fn disbelieved() -> ApiError {
    ApiError::new(
        ErrorReason::InvalidSignature,
        "the signature does not match, or the repository is not registered with a webhook secret",
    )
}

#[cfg(test)]
mod tests {
    use pullwright_types::RepositoryName;
    use rstest::rstest;

    use super::*;

    fn owner(id: &str, app_id: &str, full_name: &str, github_id: i64, host: &str) -> Owner {
        Owner {
            app_id: app_id.to_owned(),
            repository_id: id.to_owned(),
            repository: RepositoryName::parse(full_name).ok(),
            repository_github_id: github_id,
            host: format!("https://{host}"),
        }
    }

    /// All of them share one secret, so every one fits.
    fn owners() -> Vec<Owner> {
        vec![
            owner("", "app", "", 0, "github.com"),
            owner("a", "", "acme/a", 1, "github.com"),
            owner("b", "", "acme/b", 2, "github.com"),
            owner("b-ghe", "", "acme/b", 0, "ghe.example"),
        ]
    }

    fn whose(repository: &str, owners: Vec<Owner>) -> Result<String, Refused> {
        let body = format!("{{\"repository\":{repository}}}");
        let read = read("push", body.as_bytes(), owners)?;
        Ok([read.owner.repository_id, read.owner.app_id].concat())
    }

    #[rstest]
    #[case(r#"{"full_name":"Acme/B","html_url":"https://github.com/Acme/B"}"#, "b")]
    #[case(r#"{"full_name":"acme/b","html_url":"https://ghe.example/acme/b"}"#, "b-ghe")]
    #[case(r#"{"id":1,"full_name":"acme/renamed"}"#, "a")]
    #[case(r#"{"id":1,"full_name":"acme/b","html_url":"https://github.com/acme/b"}"#, "a")]
    #[case(r#"{"id":9,"full_name":"other/x"}"#, "app")]
    #[case("null", "app")]
    fn a_repository_is_found_by_its_id_then_by_its_name_then_for_an_app(
        #[case] repository: &str,
        #[case] owner: &str,
    ) {
        assert_eq!(whose(repository, owners()).as_deref(), Ok(owner));
    }

    /// RelyLoop §22.4: whoever held the secret of one repository could speak of another.
    #[rstest]
    #[case(r#"{"id":2,"full_name":"acme/b"}"#)]
    #[case(r#"{"full_name":"acme/renamed"}"#)]
    #[case(r#"{"id":3,"full_name":"acme/a"}"#)]
    #[case("null")]
    #[case("{}")]
    #[case("[]")]
    fn a_repositorys_secret_speaks_for_no_other(#[case] repository: &str) {
        let only = vec![owner("a", "", "acme/a", 1, "github.com")];
        assert_eq!(whose(repository, only), Err(Refused::OtherRepository));
    }

    #[test]
    fn an_app_speaks_of_no_pull_request_without_its_repository() {
        for repository in ["null", "[]", "{}"] {
            let body = format!("{{\"action\":\"edited\",\"repository\":{repository}}}");
            let refused = read("pull_request", body.as_bytes(), owners()).expect_err("refused");
            assert!(refused.to_string().starts_with("repository must be"), "{refused}");
            assert!(read("star", body.as_bytes(), owners()).is_ok(), "nothing of it is needed");
        }
    }
}
