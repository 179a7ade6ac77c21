//! `/api/v1/query-templates`.

mod create;
mod get;
mod list;

pub(super) use create::create;
pub(super) use get::get;
pub(super) use list::list;
