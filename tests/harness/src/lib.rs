//! The whole system on one machine, each service a process of its own, with private stores and the forge in GitHub's place.
//!
//! Used by `make up`, `make demo` and the end-to-end tests. It knows the services by their binaries, variables and ports only.

pub mod demo;
pub mod process;
pub mod progress;
pub mod rest;
pub mod stack;
pub mod up;

pub use process::Process;
pub use rest::Rest;
pub use stack::{Service, Stack, StackOptions, WireOptions, Wired};
