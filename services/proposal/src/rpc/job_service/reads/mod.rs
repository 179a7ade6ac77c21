//! Jobs that only look: their subject is a repository or an App, no proposal, so that nothing happens to one when they come and go. What a
//! runner saw is told by calls of their own; here they are handed out, and end.
//!
//! Lock order: lane, then job, then what they look at; proposals never while any of these is waited for.

mod complete;
mod fail;
mod failure;
mod held;
mod spec;

pub(super) use complete::complete;
pub(super) use fail::{fail, give_up, is_hopeless};
pub(super) use failure::Failure;
pub(super) use held::{Held, held};
pub(super) use spec::messages;
