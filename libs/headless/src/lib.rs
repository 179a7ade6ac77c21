//! The contract with a headless agent runtime, versions 1 and 2, for both sides of it.
//!
//! The adapter [composes](Assignment::compose) a [`Brief`], gives it to the runtime in a [`Slot`] of its own, and, when the
//! process has ended, [classifies](classify) what it left: exit code, [`RunResult`] and commits must agree, and the exit code wins.
//! A runtime reads the brief and writes the result with the same types. Both directions are held against the JSON Schemas in
//! `schemas/` by a validator, and against the rules that no schema can say. `docs/headless-contract.md` is the contract's text.
//!
//! It starts no process, runs no git and talks to nobody; it reads and writes the files of a slot, and knows no settings: the
//! version that a runtime speaks is an argument.

mod brief;
mod document;
mod limits;
mod outcome;
mod result;
mod slot;
mod version;

pub use brief::{
    Assignment, Boundary, Brief, BriefError, Exchange, Familiar, Location, MemoryPolicy,
    MemoryScope, Quote, Repo, ReviewContext, ReviewFile, ReviewForm, ReviewKind, Task, Trigger,
    TrustScope, Unquoted, Work, Workspace,
};
pub use document::{DocumentError, Fault as DocumentFault};
pub use limits::Limits;
pub use outcome::{
    BranchRule, Conclusion, Disagreement, Ending, Exit, Expected, Fault, Kind, Outcome, Produced,
    Reason, classify,
};
pub use result::{
    Approval, Commit, Evidence, ExitReason, Finding, MemoryProposal, MemoryRead, MemoryRejection,
    MemoryUsed, RejectedFor, Review, ReviewMode, RunResult, Severity, Status, TestRun, TestStatus,
};
pub use slot::{Slot, SlotError, arguments};
pub use version::{UnsupportedVersion, Version};

/// The environment variable that carries the git credential to a runtime that pushes by itself; no other channel carries one.
pub const TOKEN_VARIABLE: &str = "COVEN_GIT_TOKEN";
