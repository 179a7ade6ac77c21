//! What is said about a variable that is wrong: one line, and never a secret's value.

use std::fmt::Display;

/// The result of reading a variable.
pub type Result<T, E = SettingsError> = std::result::Result<T, E>;

/// A variable that is missing or wrong; its `Display` is one line that `main` prints as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A variable without a default has no value.
    #[error("{name} is not set; expected {expected}")]
    Missing {
        /// The variable.
        name: String,
        /// What it should hold.
        expected: String,
    },
    /// A variable's value cannot be used.
    #[error("{name} {problem}; expected {expected}")]
    Invalid {
        /// The variable.
        name: String,
        /// What is wrong, as a predicate of the name ("is empty").
        problem: String,
        /// What it should hold.
        expected: String,
    },
    /// A secret was given both as a value and as a file.
    #[error("{name} and {name}_FILE are both set; expected one of them")]
    Ambiguous {
        /// The variable, without `_FILE`.
        name: String,
    },
}

impl SettingsError {
    /// Says that a value cannot be used, for rules that only the caller knows; `problem` reads on from the name
    /// ("is not https"), must not quote a secret, and is cut to one line.
    pub fn invalid(name: &str, problem: impl Display, expected: impl Display) -> Self {
        Self::Invalid {
            name: name.to_owned(),
            problem: one_line(&problem.to_string()),
            expected: one_line(&expected.to_string()),
        }
    }

    /// The variable that is wrong.
    pub fn name(&self) -> &str {
        match self {
            Self::Missing { name, .. } | Self::Invalid { name, .. } | Self::Ambiguous { name } => {
                name
            }
        }
    }

    pub(crate) fn missing(name: &str, expected: impl Display) -> Self {
        Self::Missing { name: name.to_owned(), expected: one_line(&expected.to_string()) }
    }
}

/// Quotes a value that is no secret, at most 80 characters of it.
pub(crate) fn quoted(value: &str) -> String {
    const LONGEST: usize = 80;
    let cut: String = value.chars().take(LONGEST).collect();
    let mark = if cut.len() < value.len() { "…" } else { "" };
    format!("\"{}{mark}\"", one_line(&cut))
}

fn one_line(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] })
        .collect()
}
