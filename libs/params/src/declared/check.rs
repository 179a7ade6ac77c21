//! Holds changes against what the template declares. Ranges and categories are not checked: the reference leaves them to
//! the search space, and a person may well go beyond it.

use super::{Declared, ParamType};
use crate::change::Change;
use crate::error::{EditError, Mismatch, Side, TypeViolation};
use crate::json::{Document, Kind, WHITE_SPACE};
use crate::value::{MAX_VALUE_BYTES, checked};

/// Refuses changes that the template does not declare, that have no `to`, or whose `to` is of another type.
///
/// Keys are compared literally, dots included. Each rule names all that break it, sorted by key; the rules are held in
/// this order. Always [`EditError::ParamNotInTemplate`].
pub fn check(changes: &[Change<'_>], declared: &Declared) -> Result<(), EditError> {
    let mut changes = changes.to_vec();
    changes.sort_by_key(|change| (change.key, change.to_json));

    let undeclared = keys_where(&changes, |change| declared.get(change.key).is_none());
    if !undeclared.is_empty() {
        return Err(Mismatch::Undeclared { keys: undeclared }.into());
    }
    let missing =
        keys_where(&changes, |change| change.to_json.trim_matches(WHITE_SPACE).is_empty());
    if !missing.is_empty() {
        return Err(Mismatch::MissingTo { keys: missing }.into());
    }
    let mut violations = Vec::new();
    for change in &changes {
        if let Some(param) = declared.get(change.key) {
            violations.extend(violation(change, param)?);
        }
    }
    if !violations.is_empty() {
        return Err(Mismatch::WrongType { violations }.into());
    }
    Ok(())
}

fn keys_where(changes: &[Change<'_>], offends: impl Fn(&Change<'_>) -> bool) -> Vec<String> {
    changes.iter().filter(|change| offends(change)).map(|change| change.key.to_owned()).collect()
}

fn violation(change: &Change<'_>, param: &ParamType) -> Result<Option<TypeViolation>, Mismatch> {
    let to =
        checked(change.to_json.trim_matches(WHITE_SPACE), MAX_VALUE_BYTES).map_err(|reason| {
            Mismatch::InvalidValue { key: change.key.to_owned(), side: Side::To, reason }
        })?;
    let found = what(&to);
    let fits = match Family::of(param) {
        Family::Float => matches!(found, INTEGER | FRACTION),
        Family::Integer => found == INTEGER,
        Family::Boolean => found == BOOLEAN,
        Family::Other => true,
    };
    let (key, declared) = (change.key.to_owned(), param.name.clone());
    Ok((!fits).then_some(TypeViolation { key, declared, found }))
}

const INTEGER: &str = "an integer";
const FRACTION: &str = "a number with a point or an exponent";
const BOOLEAN: &str = "a boolean";

fn what(value: &Document<'_>) -> &'static str {
    match value.node(value.root()).kind {
        Kind::Object => "an object",
        Kind::Array => "an array",
        Kind::String => "a string",
        Kind::Number if value.text().contains(['.', 'e', 'E']) => FRACTION,
        Kind::Number => INTEGER,
        Kind::True | Kind::False => BOOLEAN,
        Kind::Null => "null",
    }
}

/// The types that mean something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Float,
    Integer,
    Boolean,
    Other,
}

impl Family {
    pub(crate) fn of(param: &ParamType) -> Self {
        match param.name.to_ascii_lowercase().as_str() {
            "float" | "number" | "double" => Self::Float,
            "int" | "integer" => Self::Integer,
            "bool" | "boolean" => Self::Boolean,
            _ => Self::Other,
        }
    }
}
