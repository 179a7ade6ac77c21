//! The redactor as its callers use it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod corpus;
mod exact;
mod patterns;
mod properties;
mod time;
mod tokens;

use pullwright_redact::{Redactor, SecretString};

/// A redactor that knows these secrets.
fn knowing(secrets: &[&str]) -> Redactor {
    let redactor = Redactor::new();
    for secret in secrets {
        redactor.register(&SecretString::from(*secret)).expect("long enough");
    }
    redactor
}

/// Redacts a text and checks that doing it again changes nothing.
fn redacted(redactor: &Redactor, text: &str) -> String {
    let once = redactor.redact(text).into_owned();
    assert_eq!(redactor.redact(&once), once, "redacting twice is redacting once");
    once
}
