//! The edit itself: locate, exchange, insert. It does not know the template; see [`check`](crate::check) for that.

mod layout;
mod place;
mod source;
mod splice;
mod target;
#[cfg(test)]
mod tests;

use crate::change::Change;
use crate::error::{Conflict, EditError};
use crate::json::{Document, Kind};
use place::Placement;
pub(crate) use source::Source;

/// How many bytes a parameter file may have, before and after the edit: 5 MiB.
pub const MAX_FILE_BYTES: usize = 5 * 1024 * 1024;

/// A file after its edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The whole new content.
    pub bytes: Vec<u8>,
    /// Where the file did not hold what the change expected, sorted by key; never a reason to stop.
    pub drift: Vec<Drift>,
}

/// A change whose `from` is not what the file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The change's key.
    pub key: String,
    /// The change's `from` as spelled.
    pub expected_json: String,
    /// The value in the file as spelled there; `None` when the file has no such key.
    pub found_json: Option<String>,
}

/// Applies `changes` to a parameter file and leaves every other byte as it is.
///
/// * A key names a literal top-level key if the file has one of that name, else a path of keys joined by dots; objects on
///   the way are created as needed. Keys are compared after unescaping, without case folding or normalisation.
/// * A value is exchanged for `to` as spelled, also when both mean the same: `1.0` → `1` is an edit, `1` → `1` is none.
/// * What is absent is inserted after the last member of its object, in the style of its siblings; several insertions into
///   one object stand in the byte order of their keys. So the order of `changes` never matters.
/// * An empty file counts as `{}` and ends with one line break afterwards.
///
/// Errors: the file is not a JSON object in UTF-8 of at most [`MAX_FILE_BYTES`]; a change has no single place, or overlaps
/// another; a value breaks the rules of [`JsonText`](crate::JsonText); nothing would change.
pub fn edit(file: &[u8], changes: &[Change<'_>]) -> Result<Edited, EditError> {
    let source = Source::read(file)?;
    let document = Document::parse(source.body()).map_err(EditError::MalformedFile)?;
    let found = document.node(document.root()).kind;
    if found != Kind::Object {
        return Err(EditError::NotAnObject { found });
    }

    let wishes = target::wishes(changes)?;
    let targets = target::resolve(&document, &wishes)?;
    let Placement { splices, mut drift } = place::all(&document, &targets)?;
    if splices.is_empty() {
        return Err(EditError::NoChange);
    }

    let bytes = source.with_body(&splice::apply(document.text(), splices));
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Conflict::ResultTooLarge { limit: MAX_FILE_BYTES }.into());
    }
    drift.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(Edited { bytes, drift })
}
