//! The OpenAPI document, made from the table of calls: what a handler takes and gives describes itself.
//!
//! It knows no resource and no route. Schemas come from the shapes (`utoipa::ToSchema`); what is put together here is what all
//! operations have in common: parameters, headers, the error envelope with the codes that a call may answer.

mod described;
mod document;
mod parts;
mod schemas;
mod sketch;

pub(crate) use described::{Described, Input, Output};
pub(crate) use document::{Operation, assemble};
pub(crate) use sketch::Sketch;
