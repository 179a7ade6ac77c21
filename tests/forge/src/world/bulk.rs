//! Many pull requests at once, to be made and to be moved through their lives. For loads, not for single tests.

use serde::{Deserialize, Serialize};

use super::NewPull;

/// Pull requests to be opened together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPulls {
    /// The pull requests; a head that does not exist is made with one commit of one file.
    pub pulls: Vec<NewPull>,
    /// Whether the hooks are told of each.
    #[serde(default)]
    pub announce: bool,
}

impl NewPulls {
    /// Numbers so many branches from 1, as `<prefix>1`.
    pub fn numbered(prefix: &str, count: usize) -> Self {
        let pull = |number: usize| NewPull {
            title: format!("Change {number}"),
            head: format!("{prefix}{number}"),
            ..NewPull::default()
        };
        Self { pulls: (1..=count).map(pull).collect(), announce: false }
    }

    /// Tells the hooks of each.
    pub fn announced(mut self) -> Self {
        self.announce = true;
        self
    }
}

/// A step in the life of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PullStep {
    /// It is merged; the base branch does not move.
    Merge,
    /// It is closed.
    Close,
    /// It is opened again.
    Reopen,
}

/// One step of one pull request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PullChange {
    /// `owner/name`.
    pub repository: String,
    /// Its number.
    pub number: u64,
    /// What becomes of it.
    pub to: PullStep,
}

impl PullChange {
    /// Names a step of a pull request.
    pub fn new(repository: impl Into<String>, number: u64, to: PullStep) -> Self {
        Self { repository: repository.into(), number, to }
    }
}

/// Steps to be taken one after another.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PullChanges {
    /// The steps in their order.
    pub changes: Vec<PullChange>,
    /// How many are taken in a second; as fast as possible when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_second: Option<f64>,
}

/// What became of many steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullChangesReport {
    /// Steps that were taken.
    pub done: u64,
    /// Steps that the pull request's state forbade.
    pub refused: u64,
    /// How long all of it took, milliseconds.
    pub took_ms: u64,
}
