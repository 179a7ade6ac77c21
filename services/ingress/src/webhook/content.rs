//! What a delivery says that somebody signed: held against whose secret it was. Does not log.

use pullwright_proto::error::ErrorReason;

use super::{
    event::{Incomplete, NotAnObject, Payload, PullRequest},
    head,
    verify::{self, Owner},
};
use crate::edge::error::ApiError;

/// What is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) repository_id: String,
    /// What a `pull_request` event says.
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
pub(super) fn read(event: &str, body: &[u8], owners: &[Owner]) -> Result<Content, Refused> {
    let payload = Payload::read(body)?;
    let owner = payload.about().and_then(|about| verify::of(&about, owners));
    let Owner { repository_id, .. } = owner.ok_or(Refused::OtherRepository)?;
    let pull_request = match event {
        "pull_request" => Some(payload.pull_request()?),
        _ => None,
    };
    Ok(Content { repository_id, pull_request })
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
