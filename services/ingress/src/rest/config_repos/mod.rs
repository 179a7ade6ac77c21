//! `/api/v1/config-repos`.

mod check;
mod create;
mod delete;
mod get;
mod list;
mod rotate;
mod update;

pub(super) use check::check;
pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use get::get;
pub(super) use list::ConfigRepos;
pub(super) use rotate::rotate;
pub(super) use update::update;
