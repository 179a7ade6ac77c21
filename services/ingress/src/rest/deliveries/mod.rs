//! `/api/v1/deliveries`.

mod get;
mod list;
mod replay;

pub(super) use get::get;
pub(super) use list::Deliveries;
pub(super) use replay::replay;
