//! The runner against real git, a real Redis, and a GitHub that remembers.

mod closing;
mod git;
mod lock;
mod questions;
mod reads;
