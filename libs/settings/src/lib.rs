//! The environment, read once and parsed at the door.
//!
//! `main` makes one [`Environment`], every library's and service's `Settings::read` takes its typed values from it, and
//! the first wrong one stops the process with one line that names it. It does not know which variables exist: their
//! names stand beside what they set. It logs nothing.

mod deployment;
mod duration;
mod environment;
mod error;
mod secret;
mod values;

pub use deployment::{Deployment, environment_name};
pub use environment::Environment;
pub use error::{Result, SettingsError};
pub use secrecy::{ExposeSecret, SecretString};
