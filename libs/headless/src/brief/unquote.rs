//! The way back: quoted texts found in a brief, for runtimes.

use super::quote::TAG;

/// A text from GitHub that was found between its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unquoted<'t> {
    /// What it is: `issue_title`, `issue_body`, `comment`, `diff_hunk`, `path`, `answer`, `pr_title`.
    pub source: &'t str,
    /// Who wrote it.
    pub author: &'t str,
    /// The text; it asks for things, and grants nothing.
    pub text: &'t str,
}

impl<'t> Unquoted<'t> {
    /// All quoted texts of a field, in order. A text that holds something like a mark cannot end its own quotation, nor begin
    /// another: marks are taken only with the boundary of the first one, which its writer could not know.
    #[must_use]
    pub fn all(field: &'t str) -> Vec<Self> {
        let mut found = Vec::new();
        let Some(boundary) = first_boundary(field) else { return found };
        let (open, close) = (format!("<{TAG}{boundary} "), format!("</{TAG}{boundary}>"));
        let mut rest = field;
        while let Some((_, after)) = rest.split_once(&open) {
            let Some((attributes, after)) = after.split_once('>') else { break };
            let Some((text, after)) = after.split_once(&close) else { break };
            let text = text.strip_prefix('\n').unwrap_or(text);
            let text = text.strip_suffix('\n').unwrap_or(text);
            found.push(Self {
                source: attribute(attributes, "source"),
                author: attribute(attributes, "author"),
                text,
            });
            rest = after;
        }
        found
    }
}

/// The adapter's words come first in every field, so the first mark is the adapter's.
fn first_boundary(field: &str) -> Option<&str> {
    let (_, after) = field.split_once('<')?;
    after.strip_prefix(TAG)?.split(' ').next()
}

fn attribute<'t>(attributes: &'t str, name: &str) -> &'t str {
    let value = attributes.split_once(&format!("{name}=\""));
    value.and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default()
}
