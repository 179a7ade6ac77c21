//! The scenarios, a folder each.

pub mod webhooks;
