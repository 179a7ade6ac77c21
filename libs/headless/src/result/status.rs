//! How the work ended, and why.

use serde::{Deserialize, Serialize};

/// How the work ended, as the runtime tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Done.
    Success,
    /// Given up, with nothing of use.
    Failure,
    /// Not done, but of use.
    Partial,
    /// A person must answer first.
    NeedsInput,
}

/// Why it did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitReason {
    /// Tests could not be mended.
    TestFailure,
    /// The task leaves open what is wanted.
    AmbiguousSpec,
    /// A conflict could not be resolved safely.
    GitConflict,
    /// Workspace, git or a tool failed.
    InfraError,
}
