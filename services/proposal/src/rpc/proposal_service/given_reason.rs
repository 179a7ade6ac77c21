//! Why a person does something, as they said it.

use crate::{
    App,
    domain::violation::{Violations, is_at_most, is_storable},
};

/// Longest reason, in characters.
const LONGEST: usize = 500;

/// Reads a reason without white space around it and without credentials, for it is told on GitHub; none when nobody said one.
pub(super) fn read(app: &App, reason: &str, violations: &mut Violations) -> Option<String> {
    violations.require(
        is_at_most(reason, LONGEST) && is_storable(reason),
        "reason",
        format!("must have at most {LONGEST} characters"),
    );
    let reason = app.redactor.redact(reason.trim());
    (!reason.is_empty()).then(|| reason.into_owned())
}
