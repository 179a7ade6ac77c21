//! Credentials taken out of text, by value and then by shape, in linear time.
//!
//! Whoever obtains a secret registers it with the process's one [`Redactor`]; whatever leaves the process as a log line,
//! a span, a stored error or a text for people passes through [`Redactor::redact`]. A registered secret is found as it
//! is, in hexadecimal, in base64 at any alignment, and in any of these also percent-encoded or backslash-escaped, up to
//! three times over. No I/O, no settings, no knowledge of who holds which secret.

mod encoding;
mod exact;
mod forms;
mod kind;
mod live;
mod pass;
mod patterns;
mod redactor;
mod span;
mod views;

pub use patterns::looks_like_token;
pub use redactor::{Redactor, Registration, TooShort};
pub use secrecy::SecretString;
