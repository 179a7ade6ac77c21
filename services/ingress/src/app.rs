//! What every call has at hand.

use std::sync::Arc;

use pullwright_redact::Redactor;
use pullwright_rpc::client::InvalidToken;
use pullwright_types::Clock;
use serde_json::Value;

use crate::{
    Settings, Tokens,
    cores::Cores,
    edge::body::Room,
    metrics, rest,
    rest::Watchers,
    webhook::{Batches, Secrets},
};

/// The ingress' parts. Stateless but for webhook secrets, which are kept for seconds, and deliveries on their way.
pub struct App {
    pub(crate) cores: Cores,
    pub(crate) tokens: Tokens,
    pub(crate) secrets: Secrets,
    pub(crate) batches: Batches,
    pub(crate) room: Room,
    pub(crate) watchers: Watchers,
    pub(crate) document: Arc<Value>,
    pub(crate) development: bool,
    pub(crate) clock: Arc<dyn Clock>,
}

impl App {
    /// Puts the parts together; connects to nothing yet.
    ///
    /// # Errors
    /// The service token cannot be sent.
    pub fn new(
        settings: Settings,
        redactor: Redactor,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, InvalidToken> {
        metrics::describe();
        let development = settings.deployment.is_development();
        let cores = Cores::connect(settings.proposal, settings.registry, settings.runner)?;
        let secrets = Secrets::new(cores.credentials.clone(), redactor);
        let batches = Batches::new(cores.deliveries.clone());
        Ok(Arc::new(Self {
            cores,
            tokens: settings.tokens,
            secrets,
            batches,
            room: Room::default(),
            watchers: Watchers::default(),
            document: Arc::new(rest::document(development)),
            development,
            clock,
        }))
    }

    /// How many deliveries wait for the ledger, those that it is being told of left out.
    #[must_use]
    pub fn deliveries_waiting(&self) -> usize {
        self.batches.waiting()
    }
}
