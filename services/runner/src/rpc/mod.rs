//! The questions that are put to a runner. Work is never sent to it.

mod error;
mod runner_service;

pub use error::Error;
pub use runner_service::Service;
