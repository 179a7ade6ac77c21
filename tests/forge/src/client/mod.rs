//! The control API as typed calls, for when the forge is another process. Same names and types as `Forge`'s.

mod calls;
mod http;

pub use self::http::{ClientError, ControlClient};
