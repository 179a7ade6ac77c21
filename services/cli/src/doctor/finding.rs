//! What was found, a line each.

use serde_json::json;

use crate::{
    error::Result,
    output::{Output, bad, clean, dim, good, warn},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    Warning,
    Bad,
    Skipped,
}

/// One line of the doctor.
#[derive(Debug)]
pub struct Finding {
    grade: Grade,
    of: String,
    message: String,
    remedy: String,
}

impl Finding {
    /// As it should be.
    pub fn good(of: &str, message: impl Into<String>) -> Self {
        Self::new(Grade::Good, of, message, "")
    }

    /// Works, but somebody should look.
    pub fn warning(of: &str, message: impl Into<String>, remedy: &str) -> Self {
        Self::new(Grade::Warning, of, message, remedy)
    }

    /// Does not work.
    pub fn bad(of: &str, message: impl Into<String>, remedy: &str) -> Self {
        Self::new(Grade::Bad, of, message, remedy)
    }

    /// Could not be looked at.
    pub fn skipped(of: &str, message: impl Into<String>) -> Self {
        Self::new(Grade::Skipped, of, message, "")
    }

    fn new(grade: Grade, of: &str, message: impl Into<String>, remedy: &str) -> Self {
        Self { grade, of: of.to_owned(), message: message.into(), remedy: remedy.to_owned() }
    }

    /// Whether it is as it should be.
    pub fn is_good(&self) -> bool {
        self.grade == Grade::Good
    }

    /// Whether something does not work.
    pub fn is_bad(&self) -> bool {
        self.grade == Grade::Bad
    }

    fn word(&self) -> &'static str {
        match self.grade {
            Grade::Good => "pass",
            Grade::Warning => "warn",
            Grade::Bad => "fail",
            Grade::Skipped => "skip",
        }
    }

    fn line(&self) -> String {
        let mark = match self.grade {
            Grade::Good => good(self.word()),
            Grade::Warning => warn(self.word()),
            Grade::Bad => bad(self.word()),
            Grade::Skipped => dim(self.word()),
        };
        // Part of it was written on GitHub or by git.
        let [of, message, remedy] = [&self.of, &self.message, &self.remedy].map(|text| clean(text));
        let remedy = match remedy.as_str() {
            "" => String::new(),
            remedy => format!("\n      → {remedy}"),
        };
        format!("{mark}  {of}: {message}{remedy}")
    }
}

/// Shows all findings.
pub fn show(findings: &[Finding], output: Output) -> Result<()> {
    if output.is_json() {
        let all: Vec<_> = findings
            .iter()
            .map(|found| json!({"of": found.of, "outcome": found.word(), "message": found.message, "remedy": found.remedy}))
            .collect();
        return output.json(&json!({ "findings": all }));
    }
    output.line(&findings.iter().map(Finding::line).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_moves_no_cursor() {
        let found = Finding::warning("lock\u{1b}[A", "held by \u{9b}2J", "break \u{1b}]0;x\u{7}");
        let shown = anstream::adapter::strip_str(&found.line()).to_string();
        assert!(shown.contains("lock\\u{1b}[A: held by \\u{9b}2J"), "{shown:?}");
        assert!(shown.contains("→ break \\u{1b}]0;x\\u{7}"), "{shown:?}");
    }
}
