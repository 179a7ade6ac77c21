//! What was reviewed and what was found; version 2.

use serde::{Deserialize, Serialize};

/// A review and its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// What was reviewed.
    pub mode: ReviewMode,
    /// How much of it was seen.
    pub evidence_status: Evidence,
    /// Files that were reviewed.
    pub reviewed_files: Vec<String>,
    /// Files that were read besides.
    pub supporting_files: Vec<String>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Tests that were run, or not.
    pub tests_run: Vec<TestRun>,
    /// Why nothing was found.
    pub no_findings_reason: Option<String>,
    /// What the review could not look at.
    pub limitations: Vec<String>,
}

impl Review {
    /// What a result says that is about no review.
    #[must_use]
    pub fn none() -> Self {
        Self {
            mode: ReviewMode::None,
            evidence_status: Evidence::NotApplicable,
            reviewed_files: Vec::new(),
            supporting_files: Vec::new(),
            findings: Vec::new(),
            tests_run: Vec::new(),
            no_findings_reason: None,
            limitations: Vec::new(),
        }
    }
}

/// What was reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewMode {
    /// Nothing.
    None,
    /// A pull request.
    PullRequest,
    /// A comment's place in one.
    ReviewComment,
}

/// How much of it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// There was no review.
    NotApplicable,
    /// All.
    Complete,
    /// Some.
    Partial,
    /// None.
    Missing,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u64>,
    /// One line.
    pub title: String,
    /// The text.
    pub body: String,
    /// What to do about it.
    pub recommendation: Option<String>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To know.
    Info,
    /// Small.
    Low,
    /// Worth mending.
    Medium,
    /// To mend before it is merged.
    High,
    /// To stop for.
    Critical,
}

/// A test that was run, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestRun {
    /// The command.
    pub command: String,
    /// How it ended.
    pub status: TestStatus,
    /// What it said, in short.
    pub output_summary: Option<String>,
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestStatus {
    /// It passed.
    Passed,
    /// It failed.
    Failed,
    /// It was not run.
    NotRun,
    /// Nobody knows.
    Unknown,
}
