//! Ids in paths. One that is malformed is one that nobody has.

use std::{fmt, marker::PhantomData};

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use pullwright_proto::error::ErrorReason;
use uuid::Uuid;

use crate::{
    edge::error::ApiError,
    openapi::{Input, Sketch},
};

/// Length of a UUID in hyphenated form.
const HYPHENATED: usize = 36;
/// The same as a regular expression.
pub(crate) const PATTERN: &str =
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/// Whose id it is.
pub(crate) trait Resource: Send {
    /// What it is called.
    const NAME: &'static str;
    /// What is said when nobody has the id.
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
        given.ok().and_then(|Path(text)| read(&text)).map(|id| Self(id, PhantomData)).ok_or_else(
            || {
                let text = format!("no {} has this id; ids are UUIDs in hyphenated form", R::NAME);
                ApiError::new(R::NOT_FOUND, text)
            },
        )
    }
}

impl<R: Resource> Input for Id<R> {
    fn describe(sketch: &mut Sketch) {
        sketch.id(R::NAME);
        sketch.refuses(&[R::NOT_FOUND]);
    }
}

/// Whether a text is an id.
pub(crate) fn is_id(text: &str) -> bool {
    read(text).is_some()
}

fn read(text: &str) -> Option<Uuid> {
    (text.len() == HYPHENATED).then(|| Uuid::try_parse(text).ok())?
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
    RepositoryId "repository" LockNotFound,
    DeliveryId "delivery" DeliveryNotFound,
    DigestId "digest" DigestNotFound,
    JudgmentListId "judgment list" JudgmentListNotFound,
    QuerySetId "query set" QuerySetNotFound,
}
