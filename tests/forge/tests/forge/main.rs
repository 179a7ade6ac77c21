//! The forge, tried with real git, over real HTTP, and against GitHub's own description of its answers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod bulk;
mod conditional;
mod control_client;
mod delivery_log;
mod faults;
mod git_http;
mod github_app;
mod graphql;
mod hooks;
mod mischief;
mod moved;
mod openapi;
mod pull_life;
mod refusals;
mod support;
mod tokens;
mod webhooks;
