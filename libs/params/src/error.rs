//! Everything that stops an edit, with the terminal code of each. It does not know how a code is stored or shown.

use std::fmt;

use crate::json::{Kind, SyntaxError};
use crate::value::ValueError;

/// Why a file was not edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The file is not JSON in UTF-8.
    #[error("the parameter file is malformed at {0}")]
    MalformedFile(SyntaxError),
    /// The file is JSON, but no object.
    #[error("the parameter file must hold an object, but holds {found}")]
    NotAnObject {
        /// What stands at its top level.
        found: Kind,
    },
    /// The file is larger than [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
    #[error("the parameter file has {bytes} bytes, at most {limit} are read")]
    FileTooLarge {
        /// Length of the file.
        bytes: usize,
        /// The limit that holds.
        limit: usize,
    },
    /// A change has no single place in the file.
    #[error(transparent)]
    ParamConflict(#[from] Conflict),
    /// A change is not one that its template declares, or its value cannot be used.
    #[error(transparent)]
    ParamNotInTemplate(#[from] Mismatch),
    /// The file would stay as it is, byte for byte.
    #[error("the parameter file already holds every value of the config_diff as spelled")]
    NoChange,
}

impl EditError {
    /// The terminal code that a proposal ends with.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MalformedFile(_) | Self::NotAnObject { .. } | Self::FileTooLarge { .. } => {
                "PARAMS_FILE_NOT_FOUND"
            }
            Self::ParamConflict(_) => "PARAM_CONFLICT",
            Self::ParamNotInTemplate(_) => "PARAM_NOT_IN_TEMPLATE",
            Self::NoChange => "NO_CHANGE",
        }
    }
}

/// Why a change has no single place in the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The path leads through a value that has no members.
    #[error("config_diff key {} leads through {}, which is {found} in the parameter file", Shown(.key), Shown(.at))]
    ThroughNonObject {
        /// The change's key.
        key: String,
        /// The part of the path that is no object.
        at: String,
        /// What it is.
        found: Kind,
    },
    /// An object on the path has the wanted key more than once, compared after unescaping.
    #[error("config_diff key {} is ambiguous: {} stands more than once in the parameter file", Shown(.key), Shown(.at))]
    DuplicateKey {
        /// The change's key.
        key: String,
        /// The part of the path that stands more than once.
        at: String,
    },
    /// Two changes touch one place, or one of them lies inside the other.
    #[error("config_diff keys {} and {} touch the same place", Shown(.first), Shown(.second))]
    Overlap {
        /// The lesser of both keys.
        first: String,
        /// The greater of both keys.
        second: String,
    },
    /// The key is no literal key of the file, and a part of its path is empty.
    #[error("config_diff key {} has an empty path segment", Shown(.key))]
    EmptySegment {
        /// The change's key.
        key: String,
    },
    /// The value would stand deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("config_diff key {} would nest the parameter file deeper than 128 levels", Shown(.key))]
    TooDeep {
        /// The change's key.
        key: String,
    },
    /// The edited file would be larger than [`MAX_FILE_BYTES`](crate::MAX_FILE_BYTES).
    #[error("the edited parameter file would have more than {limit} bytes")]
    ResultTooLarge {
        /// The limit that holds.
        limit: usize,
    },
}

/// Why a change is not one that its template declares.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Keys that the template does not declare, sorted.
    #[error("{}", undeclared(.keys))]
    Undeclared {
        /// All offenders.
        keys: Vec<String>,
    },
    /// Changes without a `to`, sorted.
    #[error("config_diff {}: missing 'to' value", Keys(.keys))]
    MissingTo {
        /// All offenders.
        keys: Vec<String>,
    },
    /// Values of another type than the declared one, sorted by key.
    #[error("{}", joined(.violations))]
    WrongType {
        /// All offenders.
        violations: Vec<TypeViolation>,
    },
    /// A value that is not taken as JSON.
    #[error("config_diff key {}: in '{side}', {reason}", Shown(.key))]
    InvalidValue {
        /// The change's key.
        key: String,
        /// Which of its two values.
        side: Side,
        /// The rule that does not hold.
        reason: ValueError,
    },
}

/// Which value of a change is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The value that is expected in the file.
    From,
    /// The value that is written.
    To,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::From => "from",
            Self::To => "to",
        })
    }
}

/// A value of another type than the declared one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeViolation {
    /// The change's key.
    pub key: String,
    /// The declared type as the template spells it.
    pub declared: String,
    /// What the value is instead.
    pub found: &'static str,
}

impl fmt::Display for TypeViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, declared) = (Shown(&self.key), self.declared.escape_debug());
        write!(f, "config_diff key {key}: declared as {declared}, but 'to' is {}", self.found)
    }
}

/// A name in a message: quoted, and escaped so that the message stays one line.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.escape_debug())
    }
}

struct Keys<'a>(&'a [String]);

impl fmt::Display for Keys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.len() == 1 { "key " } else { "keys " })?;
        for (index, key) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}", Shown(key))?;
        }
        Ok(())
    }
}

fn undeclared(keys: &[String]) -> String {
    let verb = if keys.len() == 1 { "is" } else { "are" };
    format!("config_diff {} {verb} not in the template's declared_params", Keys(keys))
}

fn joined(violations: &[TypeViolation]) -> String {
    violations.iter().map(TypeViolation::to_string).collect::<Vec<_>>().join("; ")
}
