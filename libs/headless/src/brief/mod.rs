//! The brief: what the adapter hands to the runtime, in the words of the wire.
//!
//! [`Assignment`] is how the adapter makes one; [`Brief::read`] is how a runtime takes it.

mod assignment;
mod check;
mod compose;
mod error;
mod memory;
mod quote;
mod task;
mod unquote;

pub use assignment::{Assignment, Exchange, Location, ReviewForm, Work};
pub use error::BriefError;
pub use memory::{MemoryPolicy, MemoryScope, TrustScope};
pub use quote::{Boundary, Quote};
use serde::{Deserialize, Serialize};
pub use task::{ReviewContext, ReviewFile, ReviewKind, Task, Trigger};
pub use unquote::Unquoted;

use crate::{
    DocumentError, Limits, Version,
    document::{self, Name},
};

/// A session brief as it stands in its file; made by [`Assignment::compose`] or [`Brief::read`], so that it keeps the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Brief {
    /// The contract's major version; always written, and taken for `"1"` where version 1 leaves it out.
    #[serde(default = "first_version")]
    pub contract_version: String,
    /// What happened on GitHub.
    pub trigger: Trigger,
    /// The repository to work on.
    pub repo: Repo,
    /// What to do.
    pub task: Task,
    /// Who works.
    pub familiar: Familiar,
    /// Where to work.
    pub workspace: Workspace,
    /// What a review is about; version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_context: Option<ReviewContext>,
    /// What the adapter adds to a review's prompt; version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_instruction: Option<String>,
    /// What may be remembered and recalled; version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_policy: Option<MemoryPolicy>,
}

/// The repository to work on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repo {
    /// Its owner's login.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// Where it is fetched from: `https`, or `http` on loopback; never with a user or a credential.
    pub clone_url: String,
    /// Its default branch, as GitHub says now.
    pub default_branch: String,
}

/// The agent's profile, as far as the runtime needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Familiar {
    /// The profile's id, which also begins the names of its branches.
    pub id: String,
    /// The name that people see.
    pub display_name: String,
    /// The model to use; the runtime's own choice if absent.
    #[serde(default)]
    pub model: Option<String>,
    /// Skills to load; it may be empty.
    pub skills: Vec<String>,
}

/// Where to work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Absolute path of the clone.
    pub root: String,
}

impl Brief {
    /// Reads a brief, as a runtime does that speaks these versions.
    pub fn read(bytes: &[u8], spoken: &[Version], limits: Limits) -> Result<Self, DocumentError> {
        let (_, brief): (_, Self) = document::read(bytes, Name::Brief, spoken, limits)?;
        check::rules(&brief)?;
        Ok(brief)
    }

    /// The version that it is written in.
    pub fn version(&self) -> Result<Version, crate::UnsupportedVersion> {
        self.contract_version.parse()
    }
}

fn first_version() -> String {
    Version::V1.as_str().to_owned()
}
