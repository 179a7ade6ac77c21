//! The forge, tried with real git, over real HTTP, and against GitHub's own description of its answers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod control_client;
mod faults;
mod git_http;
mod openapi;
mod pull_life;
mod refusals;
mod support;
mod tokens;
mod webhooks;
