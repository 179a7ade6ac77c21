//! What every job and call has at hand.

use std::sync::Arc;

use pullwright_redact::Redactor;
use pullwright_types::Clock;
use tokio_util::sync::CancellationToken;

use crate::{
    Settings, git::Engine, keyring::Keyring, ledger::Ledger, lock::Locks, questions::Questions,
    registry::Registry, repeat::Repeats,
};

/// The runner's parts; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// What it was told.
    pub settings: Arc<Settings>,
    /// The ledger's jobs.
    pub ledger: Ledger,
    /// The keyring's credentials.
    pub keyring: Keyring,
    /// The keyring's neighbours: repositories, clusters, templates.
    pub registry: Registry,
    /// The repositories' locks.
    pub locks: Locks,
    /// The answers that are given again.
    pub repeats: Repeats,
    /// The room for questions.
    pub questions: Questions,
    /// Git.
    pub git: Arc<dyn Engine>,
    /// GitHub's REST API.
    pub github: pullwright_github::Client,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Takes secrets out of texts.
    pub redactor: Redactor,
    /// Cancelled when no new work is to begin.
    pub stop: CancellationToken,
}
