//! What a runtime may remember and recall; version 2.

use serde::{Deserialize, Serialize};

/// The rules of memory for one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryPolicy {
    /// Whether there is memory at all.
    pub enabled: bool,
    /// GitHub's id of the installation, which no memory crosses.
    pub installation_id: i64,
    /// `owner/name`.
    pub repo: String,
    /// How far who asked is trusted.
    pub trust_scope: TrustScope,
    /// Where it may recall from.
    pub read_scopes: Vec<MemoryScope>,
    /// Where it may propose to remember.
    pub write_scopes: Vec<MemoryScope>,
    /// Whether a person approves what is remembered.
    pub approval_required: bool,
    /// Days until a memory is dropped; no end if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<i64>,
    /// Keys and beginnings of keys that were revoked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<String>,
}

/// How far who asked is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustScope {
    /// Maintains the repository.
    Maintainer,
    /// May write to it.
    Collaborator,
    /// Anybody.
    External,
    /// Wrote a pull request from a fork.
    ForkPr,
    /// Nobody: a schedule.
    Scheduled,
}

/// Who shares a memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryScope {
    /// This repository.
    Repo,
    /// All repositories of the installation.
    TenantShared,
    /// All that this agent works on.
    FamiliarGlobal,
}
