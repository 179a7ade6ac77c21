//! The runner against real git and real servers.

mod git;
mod lock;
mod questions;
