//! Scripted faults: which request they meet, and what it then gets. It does not know what the routes do.

mod glob;
mod layer;
mod list;
mod strike;

pub(crate) use layer::observe;
pub(crate) use list::{Faults, Meeting};
pub(crate) use strike::DropConnection;
