//! What updates and deletions are given: a resource, a mask, an etag.

use prost_types::FieldMask;
use uuid::Uuid;

use crate::{
    Error,
    domain::{Etag, Mask, Violation},
    error::Result,
};

/// The resource of an update.
///
/// # Errors
/// There is none.
pub(super) fn resource<T>(field: &'static str, resource: Option<T>) -> Result<T> {
    let missing = Violation { field, rule: "must be given".to_owned() };
    resource.ok_or_else(|| vec![missing].into())
}

/// The mask of an update that may name `fields`.
///
/// # Errors
/// It names none, or one that cannot be updated.
pub(super) fn mask(mask: Option<FieldMask>, fields: &'static [&'static str]) -> Result<Mask> {
    Ok(Mask::parse(&mask.unwrap_or_default().paths, fields)?)
}

/// Holds the etag that a caller has read against the row's.
///
/// # Errors
/// The row changed since.
pub(super) fn etag(kind: &'static str, id: Uuid, current: Etag, given: &str) -> Result<()> {
    if current.admits(given) {
        Ok(())
    } else {
        Err(Error::EtagMismatch { kind, id: id.to_string() })
    }
}
