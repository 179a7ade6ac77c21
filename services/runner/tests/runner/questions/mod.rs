//! What is asked of a runner, and what its jobs do with what was previewed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends where it is")]

mod breaking;
mod checks;
mod cores;
mod expectations;
pub(crate) mod harness;
mod locks;
mod previews;
