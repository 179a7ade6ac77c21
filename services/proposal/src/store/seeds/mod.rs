//! Rows that only a development environment makes, and removes for good.

pub mod judgment_lists;
pub mod proposals;
pub mod query_sets;
pub mod studies;
