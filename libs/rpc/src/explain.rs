//! From a service's error to a `Status`: the only place that makes one, and the only place in a server that logs one.

use std::{collections::HashMap, error::Error, time::Duration};

use pullwright_proto::error::ErrorReason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// A field that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field's path in the request, such as `config_diff[0].to_json`.
    pub field: String,
    /// What it must be.
    pub rule: String,
}

impl Violation {
    /// A violation of `rule` by `field`.
    pub fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { field: field.into(), rule: rule.into() }
    }
}

/// An error that can say how it looks from outside. `Display` is the message; for `INTERNAL` it stays inside.
pub trait Explain: Error {
    /// The gRPC code.
    fn code(&self) -> Code;
    /// The reason, for `google.rpc.ErrorInfo`.
    fn reason(&self) -> ErrorReason;
    /// Every value that stands in the message, by name.
    fn metadata(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
    /// The fields that are wrong, for `google.rpc.BadRequest`.
    fn violations(&self) -> Vec<Violation> {
        Vec::new()
    }
    /// When trying again may help, for `google.rpc.RetryInfo`.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}

/// Makes the `Status` of an error that `domain`, a service, could not handle. `INTERNAL` logs the chain and tells nothing.
#[must_use]
pub fn status<E: Explain>(domain: &'static str, error: &E) -> Status {
    let (code, reason) = (error.code(), error.reason());
    let chain = chain(error);
    let message = match code {
        Code::Internal => {
            tracing::error!(error.reason = reason.reason(), error.chain = chain, "call failed");
            "something broke on our side; the log has the details under this request's id"
                .to_owned()
        }
        Code::Unavailable => {
            tracing::warn!(
                error.reason = reason.reason(),
                error.chain = chain,
                "call refused, a dependency is away"
            );
            error.to_string()
        }
        _ => {
            tracing::info!(error.reason = reason.reason(), error.chain = chain, "call refused");
            error.to_string()
        }
    };
    let metadata: HashMap<String, String> =
        error.metadata().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let mut details = ErrorDetails::with_error_info(reason.reason(), domain, metadata);
    for violation in error.violations() {
        details.add_bad_request_violation(violation.field, violation.rule);
    }
    if let Some(after) = error.retry_after() {
        details.set_retry_info(Some(after));
    }
    Status::with_error_details(code, message, details)
}

/// An error and its sources, from the outermost inwards, with `: ` between.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
