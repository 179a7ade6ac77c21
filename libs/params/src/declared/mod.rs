//! What a template declares: which parameters there are and of which type. It does not know any file.

mod check;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::json::{Document, Kind, NodeId, WHITE_SPACE};
use crate::value::{ValueError, checked};

pub(crate) use check::Family;
pub use check::check;

/// How many bytes a template's `declared_params` may have: 1 MiB.
pub const MAX_DECLARED_BYTES: usize = 1024 * 1024;

/// The `declared_params` of a template: parameter name → type, in the simple form (`"float"`), the rich one
/// (`{"type": "float", "min": …, "max": …}`) or both mixed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declared(BTreeMap<String, ParamType>);

/// A declared type; the values beside it are kept as JSON text, spelling included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParamType {
    /// The type word as the template spells it; compared without regard to case.
    pub name: String,
    /// Whether the type was declared as an object.
    pub rich: bool,
    /// `min` of a rich type.
    pub min: Option<String>,
    /// `max` of a rich type.
    pub max: Option<String>,
    /// `values` of a rich type; empty when there are none.
    pub values: Vec<String>,
}

/// Why a text is not taken as `declared_params`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeclaredError {
    /// The text breaks the rules that hold for all values of callers, but may have [`MAX_DECLARED_BYTES`].
    #[error("declared_params: {0}")]
    Invalid(ValueError),
    /// The text is JSON, but no object.
    #[error("declared_params must be an object, but is {found}")]
    NotAnObject {
        /// What it is.
        found: Kind,
    },
    /// A parameter's type is neither a word nor an object with a word as `type`.
    #[error("declared_params '{}': a type is a string or an object with the string 'type'", .key.escape_debug())]
    NoType {
        /// The parameter.
        key: String,
    },
    /// `values` of a rich type is no array.
    #[error("declared_params '{}': 'values' must be an array, but is {found}", .key.escape_debug())]
    ValuesNotAnArray {
        /// The parameter.
        key: String,
        /// What it is.
        found: Kind,
    },
}

impl Declared {
    /// Reads a template's `declared_params`; members of a rich type that are not known here are passed over.
    pub fn parse(json: &str) -> Result<Self, DeclaredError> {
        let text = json.trim_matches(WHITE_SPACE);
        let document = checked(text, MAX_DECLARED_BYTES).map_err(DeclaredError::Invalid)?;
        let found = document.node(document.root()).kind;
        if found != Kind::Object {
            return Err(DeclaredError::NotAnObject { found });
        }
        let mut types = BTreeMap::new();
        for member in document.children(document.root()) {
            let key = document.key(member).into_owned();
            let param = param_type(&document, member, &key)?;
            types.insert(key, param);
        }
        Ok(Self(types))
    }

    /// The type of a parameter, found by its exact name.
    pub fn get(&self, key: &str) -> Option<&ParamType> {
        self.0.get(key)
    }

    /// All parameters with their types, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ParamType)> {
        self.0.iter().map(|(key, param)| (key.as_str(), param))
    }
}

fn param_type(
    document: &Document<'_>,
    declared: NodeId,
    key: &str,
) -> Result<ParamType, DeclaredError> {
    let no_type = || DeclaredError::NoType { key: key.to_owned() };
    match document.node(declared).kind {
        Kind::String => Ok(ParamType { name: document.string(declared), ..ParamType::default() }),
        Kind::Object => {
            let mut param = ParamType { rich: true, ..ParamType::default() };
            let mut named = false;
            for member in document.children(declared) {
                let kind = document.node(member).kind;
                let token = document.token(member).to_owned();
                match document.key(member).as_ref() {
                    "type" if kind == Kind::String => {
                        param.name = document.string(member);
                        named = true;
                    }
                    "min" => param.min = Some(token),
                    "max" => param.max = Some(token),
                    "values" if kind == Kind::Array => {
                        let values = document.children(member);
                        param.values =
                            values.map(|value| document.token(value).to_owned()).collect();
                    }
                    "values" => {
                        let (key, found) = (key.to_owned(), kind);
                        return Err(DeclaredError::ValuesNotAnArray { key, found });
                    }
                    _ => {}
                }
            }
            if named { Ok(param) } else { Err(no_type()) }
        }
        _ => Err(no_type()),
    }
}
