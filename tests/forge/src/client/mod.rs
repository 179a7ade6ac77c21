//! The control API as typed calls, for when the forge is another process. Same names and types as `Forge`'s.

mod calls;
mod hooks;
mod http;
mod pulls;

pub use self::http::{ClientError, ControlClient};
