//! `/api/v1/proposals`.

mod create;
mod events;
mod get;
pub(super) mod given;
mod list;
mod open_pr;
mod reject;

pub(super) use create::create;
pub(super) use events::events;
pub(super) use get::get;
pub(super) use list::list;
pub(super) use open_pr::open_pr;
pub(super) use reject::reject;
