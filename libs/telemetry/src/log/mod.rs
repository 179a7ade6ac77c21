//! The log: one JSON object per event and line, redacted value by value.
//!
//! Values are redacted before they are escaped, so that a match can never reach over a quote and spoil the JSON.

mod fields;
mod layer;
mod record;
mod sink;

pub(crate) use layer::{JsonLayer, scope};
pub(crate) use record::Record;
pub(crate) use sink::Sink;
