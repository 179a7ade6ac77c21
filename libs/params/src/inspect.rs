//! A look at a parameter file before anybody wants to edit it. It does not know any change.

use std::collections::HashSet;

use crate::edit::{MAX_FILE_BYTES, Source};
use crate::error::EditError;
use crate::json::{Document, Kind, NodeId, SyntaxError};

/// Why a file is no good parameter file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// The file is not JSON in UTF-8.
    #[error("it is malformed at {0}")]
    Malformed(SyntaxError),
    /// The file is JSON, but no object.
    #[error("it must hold an object, but holds {found}")]
    NotAnObject {
        /// What stands at its top level.
        found: Kind,
    },
    /// The file is larger than [`MAX_FILE_BYTES`].
    #[error("it has {bytes} bytes, at most {limit} are read")]
    TooLarge {
        /// Length of the file.
        bytes: usize,
        /// The limit that holds.
        limit: usize,
    },
    /// An object has a key more than once, compared after unescaping; changes below it are refused.
    #[error("'{}' stands more than once in it", .path.escape_debug())]
    DuplicateKey {
        /// The first such key, with the keys that lead to it and dots between; elements of arrays count as their array.
        path: String,
    },
}

/// Says how many members the object of a parameter file has.
///
/// Errors: the file is not a JSON object in UTF-8 of at most [`MAX_FILE_BYTES`], or some object in it has a key twice.
pub fn inspect(file: &[u8]) -> Result<usize, InspectError> {
    let source = Source::read(file).map_err(|error| match error {
        EditError::MalformedFile(error) => InspectError::Malformed(error),
        _ => InspectError::TooLarge { bytes: file.len(), limit: MAX_FILE_BYTES },
    })?;
    let document = Document::parse(source.body()).map_err(InspectError::Malformed)?;
    let root = document.root();
    let found = document.node(root).kind;
    if found != Kind::Object {
        return Err(InspectError::NotAnObject { found });
    }
    match duplicate(&document) {
        Some(path) => Err(InspectError::DuplicateKey { path }),
        None => Ok(document.children(root).count()),
    }
}

/// The path of the first key that its object has twice. Keeps a list of what is left to visit: files may nest deeply.
fn duplicate(document: &Document<'_>) -> Option<String> {
    let mut left: Vec<(NodeId, Option<usize>)> = vec![(document.root(), None)];
    // Keys on the way, each with the place of the one above it.
    let mut keys: Vec<(String, Option<usize>)> = Vec::new();
    while let Some((id, above)) = left.pop() {
        let is_object = document.node(id).kind == Kind::Object;
        let mut seen = HashSet::new();
        for child in document.children(id) {
            let key = is_object.then(|| document.key(child));
            let is_twice = key.as_ref().is_some_and(|key| !seen.insert(key.clone()));
            if is_twice {
                return Some(path(&keys, above, &key.unwrap_or_default()));
            }
            if document.node(child).first().is_none() {
                continue;
            }
            let below = match key {
                Some(key) => {
                    keys.push((key.into_owned(), above));
                    Some(keys.len() - 1)
                }
                None => above,
            };
            left.push((child, below));
        }
    }
    None
}

fn path(keys: &[(String, Option<usize>)], above: Option<usize>, key: &str) -> String {
    let mut parts = vec![key];
    let mut at = above;
    while let Some((key, above)) = at.map(|at| &keys[at]) {
        parts.push(key);
        at = *above;
    }
    parts.reverse();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_file_tells_how_many_members_it_has() {
        for (file, members) in
            [("{}", 0), ("", 0), ("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}", 2)]
        {
            assert_eq!(inspect(file.as_bytes()), Ok(members), "{file}");
        }
    }

    #[test]
    fn what_is_no_object_is_said() {
        assert_eq!(inspect(b"[]"), Err(InspectError::NotAnObject { found: Kind::Array }));
        assert!(
            inspect(b"{\n  \"a\": 1,\n}").unwrap_err().to_string().contains("line 3, column 1")
        );
        assert!(matches!(inspect(b"\xff"), Err(InspectError::Malformed(_))));
        let large = vec![b' '; MAX_FILE_BYTES + 1];
        assert!(matches!(inspect(&large), Err(InspectError::TooLarge { .. })));
    }

    #[test]
    fn a_key_that_stands_twice_is_found_at_any_depth_and_in_any_spelling() {
        for (file, expected) in [
            ("{\"a\":1,\"\\u0061\":2}", "a"),
            ("{\"a\":{\"b\":{\"c\":1,\"d\":2,\"c\":3}}}", "a.b.c"),
            ("{\"x\":[0,[{\"y\":{\"z\":1,\"z\":1}}]]}", "x.y.z"),
        ] {
            let path = expected.to_owned();
            assert_eq!(inspect(file.as_bytes()), Err(InspectError::DuplicateKey { path }));
        }
    }

    #[test]
    fn a_deep_file_is_no_trouble() {
        let deep = format!("{}1{}", "{\"a\":".repeat(128), "}".repeat(128));
        assert_eq!(inspect(deep.as_bytes()), Ok(1));
    }
}
