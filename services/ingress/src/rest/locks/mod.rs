//! `/api/v1/locks`.

mod break_lock;
mod list;

pub(super) use break_lock::break_lock;
pub(super) use list::Locks;
