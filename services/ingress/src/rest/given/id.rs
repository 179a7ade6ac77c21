//! Ids in paths. One that is malformed is one that nobody has.

use std::{fmt, marker::PhantomData};

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use pullwright_proto::error::ErrorReason;
use uuid::Uuid;

use crate::edge::error::ApiError;

/// Length of a UUID in hyphenated form.
const HYPHENATED: usize = 36;

/// Whose id it is.
pub(crate) trait Resource: Send {
    const NAME: &'static str;
    const NOT_FOUND: ErrorReason;
}

/// An id from a path, well formed.
#[derive(Debug)]
pub(crate) struct Id<R>(Uuid, PhantomData<R>);

impl<R> fmt::Display for Id<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<R: Resource, S: Send + Sync> FromRequestParts<S> for Id<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let given = Path::<String>::from_request_parts(parts, state).await;
        let id = given.ok().filter(|Path(text)| text.len() == HYPHENATED);
        id.and_then(|Path(text)| Uuid::try_parse(&text).ok())
            .map(|id| Self(id, PhantomData))
            .ok_or_else(|| {
                let text = format!("no {} has this id; ids are UUIDs in hyphenated form", R::NAME);
                ApiError::new(R::NOT_FOUND, text)
            })
    }
}

macro_rules! resources {
    ($($id:ident $name:literal $reason:ident),* $(,)?) => {$(
        #[derive(Debug)]
        pub(crate) enum $id {}

        impl Resource for $id {
            const NAME: &'static str = $name;
            const NOT_FOUND: ErrorReason = ErrorReason::$reason;
        }
    )*};
}

resources! {
    ProposalId "proposal" ProposalNotFound,
    StudyId "study" StudyNotFound,
    ClusterId "cluster" ClusterNotFound,
    ConfigRepoId "config repository" ConfigRepoNotFound,
    QueryTemplateId "query template" TemplateNotFound,
}
