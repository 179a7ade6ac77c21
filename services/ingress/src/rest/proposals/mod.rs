//! `/api/v1/proposals`.

mod create;
mod events;
mod follow;
mod get;
pub(super) mod given;
mod list;
mod open_pr;
mod preview;
mod reinstate;
mod reject;
mod supersede;
mod why;

pub(super) use create::create;
pub(super) use events::events;
pub(crate) use follow::Watchers;
pub(super) use get::get;
pub(super) use list::Proposals;
pub(super) use open_pr::open_pr;
pub(super) use preview::preview;
pub(super) use reinstate::reinstate;
pub(super) use reject::reject;
pub(super) use supersede::supersede;
pub(super) use why::why;
