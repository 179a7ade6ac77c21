//! The result: what the runtime hands back to the adapter, in the words of the wire.

mod check;
mod memory;
mod review;
mod status;

pub use memory::{Approval, MemoryProposal, MemoryRead, MemoryRejection, MemoryUsed, RejectedFor};
pub use review::{Evidence, Finding, Review, ReviewMode, Severity, TestRun, TestStatus};
use serde::{Deserialize, Serialize};
pub use status::{ExitReason, Status};

use crate::{
    DocumentError, Limits, Version,
    document::{self, Fault, Name},
};

/// A result as it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunResult {
    /// The contract's major version; taken for `"1"` if it is not said.
    #[serde(default = "first_version")]
    pub contract_version: String,
    /// How the work ended, as the runtime tells it; the exit code has the last word.
    pub status: Status,
    /// The branch that holds the commits.
    #[serde(default)]
    pub branch: Option<String>,
    /// The commits that were made.
    pub commits: Vec<Commit>,
    /// Files that were changed, relative to the workspace.
    pub files_changed: Vec<String>,
    /// One line for people; the question, when input is needed.
    pub summary: String,
    /// The text of the pull request.
    pub pr_body: String,
    /// Why it did not succeed.
    #[serde(default)]
    pub exit_reason: Option<ExitReason>,
    /// What was reviewed and found; version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// What was recalled and is to be remembered; version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_used: Option<MemoryUsed>,
}

/// A commit that the runtime made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Its object id, or at least seven digits of its beginning.
    pub sha: String,
    /// Its message.
    pub message: String,
}

impl RunResult {
    /// A result of this version that says nothing more than its status and summary.
    #[must_use]
    pub fn new(version: Version, status: Status, summary: &str) -> Self {
        Self {
            contract_version: version.as_str().to_owned(),
            status,
            branch: None,
            commits: Vec::new(),
            files_changed: Vec::new(),
            summary: summary.to_owned(),
            pr_body: String::new(),
            exit_reason: None,
            review: (version == Version::V2).then(Review::none),
            memory_used: None,
        }
    }

    /// Reads a result, as an adapter does that agreed upon this version.
    pub fn read(bytes: &[u8], agreed: Version, limits: Limits) -> Result<Self, DocumentError> {
        let (_, result): (_, Self) = document::read(bytes, Name::Result, &[agreed], limits)?;
        check::rules(&result)?;
        Ok(result)
    }

    /// Writes the result, as a runtime does: schema and rules of its version are kept, or it is not written.
    pub fn written(&self) -> Result<Vec<u8>, DocumentError> {
        let version: Version = self.contract_version.parse().map_err(|error| DocumentError {
            field: "/contract_version".to_owned(),
            fault: Fault::Version(error),
        })?;
        let shape = |error: serde_json::Error| {
            DocumentError::whole(Fault::Shape { what: error.to_string() })
        };
        let value = serde_json::to_value(self).map_err(shape)?;
        document::check(&value, Name::Result, version)?;
        check::rules(self)?;
        serde_json::to_vec_pretty(&value).map_err(shape)
    }
}

fn first_version() -> String {
    Version::V1.as_str().to_owned()
}
