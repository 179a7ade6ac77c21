//! The way in: people over REST, GitHub over signed webhooks.
//!
//! It translates between HTTP and the cores' gRPC and owns no fact: rules and storage are the cores', so it knows no
//! SQL, no git and nothing of GitHub beyond what a delivery says.

mod app;
mod cores;
mod document;
mod edge;
mod health;
mod metrics;
mod openapi;
mod rest;
mod serve;
mod settings;
mod time;
mod webhook;

pub use app::App;
pub use edge::{
    reason::{Answer, answer_of_runner, answer_to},
    role::Role,
    tokens::{Person, Tokens, TokensError},
};
pub use rest::{Call, calls, document};
pub use serve::serve;
pub use settings::Settings;
