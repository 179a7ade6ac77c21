//! Rules that a request does not hold, gathered so that the caller hears of all of them at once.

/// A field that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field's path in the request, such as `config_diff[0].to_json`.
    pub field: String,
    /// What it must be; reads on from the field's name.
    pub rule: String,
}

/// The violations of one request; at most a hundred are kept, so that a hopeless request gets a readable answer.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

const MOST: usize = 100;

impl Violations {
    /// Adds a violation.
    pub fn add(&mut self, field: impl Into<String>, rule: impl Into<String>) {
        if self.0.len() < MOST {
            self.0.push(Violation { field: field.into(), rule: rule.into() });
        }
    }

    /// Adds a violation unless the rule holds.
    pub fn require(&mut self, holds: bool, field: impl Into<String>, rule: impl Into<String>) {
        if !holds {
            self.add(field, rule);
        }
    }

    /// Gives what was gathered, in the order of the fields.
    #[must_use]
    pub fn into_vec(self) -> Vec<Violation> {
        self.0
    }
}

/// Whether a text has from one to `most` characters.
#[must_use]
pub fn has_length(text: &str, most: usize) -> bool {
    !text.is_empty() && is_at_most(text, most)
}

/// Whether a text has at most `most` characters.
#[must_use]
pub fn is_at_most(text: &str, most: usize) -> bool {
    text.len() <= most || text.chars().count() <= most
}

/// Whether a text can be stored: PostgreSQL's `text` has no NUL.
#[must_use]
pub fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}
