//! What the changes want, as paths into one file. It does not know what stands at the end of a path.

use std::collections::{HashMap, HashSet};

use crate::change::Change;
use crate::error::{Conflict, EditError, Mismatch, Side};
use crate::json::{Document, MAX_DEPTH, WHITE_SPACE};
use crate::value::{MAX_VALUE_BYTES, ValueError, checked};

/// A change whose values are known to be JSON.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) key: &'a str,
    /// `None` when the change expects nothing.
    pub(super) from: Option<Document<'a>>,
    pub(super) to: Document<'a>,
}

/// A wish and the keys that lead to its place.
#[derive(Debug)]
pub(super) struct Target<'a> {
    pub(super) path: Vec<&'a str>,
    pub(super) wish: &'a Wish<'a>,
}

/// Reads the changes, sorted by key so that errors do not depend on the order they came in.
pub(super) fn wishes<'a>(changes: &[Change<'a>]) -> Result<Vec<Wish<'a>>, EditError> {
    let mut changes = changes.to_vec();
    changes.sort_by_key(|change| (change.key, change.to_json, change.from_json));
    let missing: Vec<_> = changes
        .iter()
        .filter(|change| change.to_json.trim_matches(WHITE_SPACE).is_empty())
        .map(|change| change.key.to_owned())
        .collect();
    if !missing.is_empty() {
        return Err(Mismatch::MissingTo { keys: missing }.into());
    }
    changes.iter().map(|change| Ok(wish(change)?)).collect()
}

fn wish<'a>(change: &Change<'a>) -> Result<Wish<'a>, Mismatch> {
    let invalid =
        |side| move |reason| Mismatch::InvalidValue { key: change.key.to_owned(), side, reason };
    let to = value(change.to_json).map_err(invalid(Side::To))?;
    let from = match change.from_json.trim_matches(WHITE_SPACE) {
        "" => None,
        from => Some(value(from).map_err(invalid(Side::From))?),
    };
    Ok(Wish { key: change.key, from, to })
}

fn value(json: &str) -> Result<Document<'_>, ValueError> {
    checked(json.trim_matches(WHITE_SPACE), MAX_VALUE_BYTES)
}

/// Gives each wish its path, sorted by path.
pub(super) fn resolve<'a>(
    document: &Document<'_>,
    wishes: &'a [Wish<'a>],
) -> Result<Vec<Target<'a>>, Conflict> {
    let literal = literal_keys(document, wishes);
    let mut targets = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let path = if literal.contains(wish.key) { vec![wish.key] } else { segments(wish.key)? };
        if path.len() + wish.to.depth() > MAX_DEPTH {
            return Err(Conflict::TooDeep { key: wish.key.to_owned() });
        }
        targets.push(Target { path, wish });
    }
    targets.sort_by(|a, b| a.path.cmp(&b.path));
    refuse_overlap(&targets)?;
    Ok(targets)
}

/// Which of the wished keys stand at the top level as they are.
fn literal_keys<'a>(document: &Document<'_>, wishes: &'a [Wish<'a>]) -> HashSet<&'a str> {
    let wished: HashMap<&str, &str> = wishes.iter().map(|wish| (wish.key, wish.key)).collect();
    document
        .children(document.root())
        .filter_map(|member| wished.get(document.key(member).as_ref()).copied())
        .collect()
}

fn segments(key: &str) -> Result<Vec<&str>, Conflict> {
    // one more than may be is enough to refuse, and a long key must not take memory many times its size
    let segments: Vec<_> = key.split('.').take(MAX_DEPTH + 1).collect();
    if segments.iter().any(|segment| segment.is_empty()) {
        return Err(Conflict::EmptySegment { key: key.to_owned() });
    }
    Ok(segments)
}

/// Sorted paths that begin with one another stand side by side.
fn refuse_overlap(targets: &[Target<'_>]) -> Result<(), Conflict> {
    for pair in targets.windows(2) {
        if pair[1].path.starts_with(&pair[0].path) {
            let mut keys = [pair[0].wish.key.to_owned(), pair[1].wish.key.to_owned()];
            keys.sort();
            let [first, second] = keys;
            return Err(Conflict::Overlap { first, second });
        }
    }
    Ok(())
}
