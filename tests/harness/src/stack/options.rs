//! What a stack can be told.

use std::{collections::BTreeMap, path::PathBuf};

use super::Service;

/// How often the ledger looks after things when it is to be brisk.
const BRISK: [(&str, &str); 7] = [
    ("PROPOSAL_SCHEDULE_EVERY", "250ms"),
    ("PROPOSAL_REPOSITORY_SYNC_EVERY", "500ms"),
    ("PROPOSAL_RECONCILE_EVERY", "5s"),
    ("PROPOSAL_CLOSED_LOOK_AFTER", "5s"),
    ("PROPOSAL_GAP_FILL_EVERY", "2s"),
    ("PROPOSAL_HOOK_CHECK_EVERY", "5s"),
    ("PROPOSAL_ORPHAN_SWEEP_EVERY", "5s"),
];

/// Options of a stack.
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// The first of seven ports; free ones when absent.
    pub port_base: Option<u16>,
    /// Where logs go; kept after the stack has stopped.
    pub logs: PathBuf,
    /// Whether PostgreSQL waits for the disk, as in production.
    pub durable: bool,
    /// A hosts file to use instead of one that names the forge.
    pub hosts_file: Option<PathBuf>,
    /// Whether the system makes and repairs its webhooks by itself, under `webhook_url` or the ingress' own address.
    pub registers_webhooks: bool,
    /// The address under which GitHub reaches the ingress; its own when absent.
    pub webhook_url: Option<String>,
    /// Variables to add to a service's environment, or to replace in it.
    pub environment: BTreeMap<Service, Vec<(String, String)>>,
}

impl StackOptions {
    /// The defaults, with logs in `logs`.
    #[must_use]
    pub fn new(logs: PathBuf) -> Self {
        Self {
            port_base: None,
            logs,
            durable: false,
            hosts_file: None,
            registers_webhooks: false,
            webhook_url: None,
            environment: BTreeMap::new(),
        }
    }

    /// Lets the system make its own webhooks.
    #[must_use]
    pub fn registering(mut self) -> Self {
        self.registers_webhooks = true;
        self
    }

    /// Lets a repository that was registered just now be looked after at once.
    #[must_use]
    pub fn attentive(self) -> Self {
        self.with(Service::Proposal, "PROPOSAL_SCHEDULE_EVERY", "250ms").with(
            Service::Proposal,
            "PROPOSAL_REPOSITORY_SYNC_EVERY",
            "500ms",
        )
    }

    /// Lets everything that heals by itself do so every few seconds, instead of minutes and hours.
    #[must_use]
    pub fn brisk(mut self) -> Self {
        for (name, value) in BRISK {
            self = self.with(Service::Proposal, name, value);
        }
        self.with(Service::Runner, "RUNNER_REDELIVERY_PACE", "50ms")
    }

    /// Adds a variable to a service's environment.
    #[must_use]
    pub fn with(mut self, service: Service, name: &str, value: &str) -> Self {
        self.environment.entry(service).or_default().push((name.to_owned(), value.to_owned()));
        self
    }
}
