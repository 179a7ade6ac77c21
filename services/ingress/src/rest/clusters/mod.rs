//! `/api/v1/clusters`.

mod create;
mod delete;
mod get;
mod list;
mod update;

pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use get::get;
pub(super) use list::Clusters;
pub(super) use update::update;
