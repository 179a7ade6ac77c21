//! Why a document is refused: the field, the fault, and what would mend it.

use crate::UnsupportedVersion;

/// A document that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{fault}; {}", place(field), fault.remedy())]
pub struct DocumentError {
    /// JSON Pointer of the field, empty for the whole document.
    pub field: String,
    /// What is wrong there; it never repeats the document's own values, which may be secret or hostile.
    pub fault: Fault,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no file.
    #[error("the file does not exist")]
    Missing,
    /// The path leads to a link, a folder, a pipe or a device.
    #[error("the path is no plain file")]
    NotPlain,
    /// The file could not be read.
    #[error("the file cannot be read: {kind}")]
    Unreadable {
        /// The operating system's reason.
        kind: std::io::ErrorKind,
    },
    /// More bytes than allowed; nothing of them was parsed.
    #[error("it is larger than {limit} bytes")]
    TooLarge {
        /// Most bytes.
        limit: u64,
    },
    /// More levels than allowed.
    #[error("it is nested deeper than {limit} levels")]
    TooDeep {
        /// Most levels.
        limit: usize,
    },
    /// One key twice in an object: readers would disagree on its value.
    #[error("a key stands twice in one object")]
    DuplicateKey,
    /// Not JSON.
    #[error("it is not JSON (line {line}, column {column})")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A version that is not implemented.
    #[error(transparent)]
    Version(#[from] UnsupportedVersion),
    /// A version that is implemented, and is not the one that was agreed upon.
    #[error("it is written in contract version {given:?} where {spoken} was agreed upon")]
    OtherVersion {
        /// What it says.
        given: String,
        /// What was agreed upon.
        spoken: String,
    },
    /// The schema of its version is not kept.
    #[error("{rule}")]
    Schema {
        /// The rule, without the value.
        rule: String,
    },
    /// A rule that the schema cannot say is not kept.
    #[error("{rule}")]
    Rule {
        /// The rule.
        rule: &'static str,
    },
    /// The schema is kept, and yet a value does not fit its type.
    #[error("{what}")]
    Shape {
        /// What does not fit.
        what: String,
    },
}

impl Fault {
    /// What would mend it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Missing => "write it before leaving with 0, 1 or 3",
            Self::NotPlain => "write a plain file to the path given with --output",
            Self::Unreadable { .. } => "look at the permissions of its folder",
            Self::TooLarge { .. } => "shorten its texts and lists",
            Self::TooDeep { .. } => "write only the fields of the contract",
            Self::DuplicateKey => "write every key once",
            Self::NotJson { .. } => "write one JSON object in UTF-8, and all of it",
            Self::Version(_) | Self::OtherVersion { .. } => {
                "let the agent's profile name the version that the runtime speaks"
            }
            Self::Schema { .. } | Self::Rule { .. } | Self::Shape { .. } => {
                "see docs/headless-contract.md and the schema of this version"
            }
        }
    }

    /// Whether the two sides speak different versions, which no repetition mends.
    #[must_use]
    pub fn is_version(&self) -> bool {
        matches!(self, Self::Version(_) | Self::OtherVersion { .. })
    }
}

impl DocumentError {
    pub(crate) fn whole(fault: Fault) -> Self {
        Self { field: String::new(), fault }
    }

    pub(crate) fn rule(field: &str, rule: &'static str) -> Self {
        Self { field: field.to_owned(), fault: Fault::Rule { rule } }
    }
}

fn place(field: &str) -> String {
    if field.is_empty() { String::new() } else { format!("{field}: ") }
}
