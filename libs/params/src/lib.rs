//! Edits one JSON parameter file in place: only the tokens that a change names differ afterwards.
//!
//! The key order, indentation, line endings, byte order mark, spelling of numbers and every other byte survive, because the
//! file is never parsed into values and written again: its tokens are located, and some are exchanged.
//!
//! Beside the edit stand the rules for what a caller may ask for ([`JsonText`], [`Declared`], [`defaults`]), the hash of the
//! request ([`hash`]) and a look at a file that nobody edits yet ([`inspect`]).
//!
//! No I/O, no clock, no wire types, no serde: bytes in, bytes out. Everything is linear in its input (objects that are
//! compared are sorted first), nothing recurses deeper than [`MAX_DEPTH`], nothing panics.

mod change;
mod declared;
pub mod defaults;
mod edit;
mod error;
pub mod hash;
mod inspect;
mod json;
mod value;

pub use change::Change;
pub use declared::{Declared, DeclaredError, MAX_DECLARED_BYTES, ParamType, check};
pub use edit::{Drift, Edited, MAX_FILE_BYTES, edit};
pub use error::{Conflict, EditError, Mismatch, Side, TypeViolation};
pub use inspect::{InspectError, inspect};
pub use json::{Found, Kind, MAX_DEPTH, SyntaxError};
pub use value::{JsonText, MAX_NUMBER_BYTES, MAX_VALUE_BYTES, ValueError};
