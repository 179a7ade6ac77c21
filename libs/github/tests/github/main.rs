//! The client against a forge, and against servers that answer oddly.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends where it is")]

mod answers;
mod conditional;
mod forge;
mod graphql;
mod hooks;
mod logs;
mod redirects;
mod server;
mod transport;
