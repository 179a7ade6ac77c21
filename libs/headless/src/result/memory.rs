//! What was recalled, and what is to be remembered; version 2.

use serde::{Deserialize, Serialize};

/// The use of memory in one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryUsed {
    /// Whether there was memory at all.
    pub enabled: bool,
    /// What was recalled.
    #[serde(default)]
    pub read: Vec<MemoryRead>,
    /// What is to be remembered.
    #[serde(default)]
    pub proposed: Vec<MemoryProposal>,
    /// What was not to be remembered.
    #[serde(default)]
    pub rejected: Vec<MemoryRejection>,
}

/// A memory that was recalled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryRead {
    /// Its id.
    pub id: String,
    /// Who shares it.
    pub scope: String,
}

/// A memory that is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryProposal {
    /// Its key.
    pub key: String,
    /// What it says.
    pub summary: String,
    /// Who is to share it.
    pub scope: String,
    /// Whether it holds already.
    pub approval: Approval,
}

/// Whether a proposed memory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// A person decides.
    Pending,
    /// A person agreed.
    Applied,
    /// Nobody needs to agree.
    Auto,
}

/// A memory that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryRejection {
    /// What it was about.
    pub summary: String,
    /// Who would have shared it.
    pub scope: String,
    /// Why.
    pub reason: RejectedFor,
}

/// Why a memory was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectedFor {
    /// It names a person.
    Pii,
    /// It holds a secret.
    Secret,
    /// It belongs elsewhere.
    OutOfScope,
    /// It may not be true.
    LowConfidence,
}
