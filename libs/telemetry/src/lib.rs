//! What a service says about itself: JSON log lines on standard output and W3C trace ids, both redacted.
//!
//! `main` calls [`init`] once and keeps the [`Telemetry`] until it ends. Everybody else only uses `tracing`, the macros of the
//! `metrics` crate, [`trace_context`] where a call or a job crosses processes, and [`request_id`] at the edge. It does not know gRPC,
//! HTTP or which service it speaks for, and spans are not exported yet.

mod builder;
mod filter;
mod log;
pub mod metrics;
mod panic;
pub mod request_id;
mod settings;
mod spans;
pub mod trace_context;

pub use builder::{AlreadyInitialized, Builder, Telemetry, init};
pub use settings::Settings;
pub use spans::RedactingProcessor;
