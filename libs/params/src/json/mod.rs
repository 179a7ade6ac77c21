//! JSON as spans of text: where each token stands, not what it means. It does not know of parameters, files or changes.

mod compare;
mod document;
mod lexer;
mod number;
#[cfg(test)]
pub(crate) mod steps;
mod string;
mod syntax;
#[cfg(test)]
mod tests;

pub(crate) use compare::same;
pub(crate) use document::{Document, NodeId};
pub use document::{Kind, MAX_DEPTH};
pub(crate) use string::quote;
pub(crate) use syntax::Fault;
pub use syntax::{Found, SyntaxError};

/// The four white-space characters of RFC 8259; all else that Unicode calls white space is refused between tokens.
pub(crate) const WHITE_SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Adds to the count of visited bytes and nodes that the tests of linearity read.
#[inline]
pub(crate) fn visit(_units: usize) {
    #[cfg(test)]
    steps::add(_units);
}
