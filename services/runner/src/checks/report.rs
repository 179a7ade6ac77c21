//! The lines of a check, each with what was found and what to do about it.

use jiff::Timestamp;
use pullwright_proto::runner::{CheckLine, CheckOutcome};
use pullwright_redact::Redactor;

/// What was found so far.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<CheckLine>,
    /// Until when the credential works, if that is known.
    pub(super) expires_at: Option<Timestamp>,
}

impl Report {
    /// As it must be.
    pub(super) fn pass(&mut self, check: &str, subject: &str, message: impl Into<String>) {
        self.add(check, subject, CheckOutcome::Pass, message.into(), String::new());
    }

    /// Not as it must be, with what to do.
    pub(super) fn fail(
        &mut self,
        check: &str,
        subject: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.add(check, subject, CheckOutcome::Fail, message.into(), remedy.into());
    }

    /// Not looked at, and why.
    pub(super) fn skip(&mut self, check: &str, subject: &str, why: &str) {
        self.add(
            check,
            subject,
            CheckOutcome::Skipped,
            format!("not looked at: {why}"),
            String::new(),
        );
    }

    fn add(
        &mut self,
        check: &str,
        subject: &str,
        outcome: CheckOutcome,
        message: String,
        remedy: String,
    ) {
        self.lines.push(CheckLine {
            check: check.to_owned(),
            subject: subject.to_owned(),
            outcome: outcome.into(),
            message,
            remedy,
        });
    }

    /// The lines without secrets, and the credential's end.
    pub fn finish(self, redactor: &Redactor) -> (Vec<CheckLine>, Option<prost_types::Timestamp>) {
        let mut lines = self.lines;
        for text in lines.iter_mut().flat_map(|line| [&mut line.subject, &mut line.message]) {
            *text = redactor.redact(text).into_owned();
        }
        let expires_at = self.expires_at.map(|time| prost_types::Timestamp {
            seconds: time.as_second(),
            nanos: time.subsec_nanosecond(),
        });
        (lines, expires_at)
    }
}
