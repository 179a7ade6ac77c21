//! How the scenario goes, and what the stack and the forge are told for it.

use std::{path::PathBuf, time::Duration};

use pullwright_forge::DeliveryPolicy;
use pullwright_harness::{Service, StackOptions};

/// How the scenario goes.
#[derive(Debug, Clone)]
pub struct Options {
    /// Repeats it.
    pub seed: u64,
    /// How often a pull request changes on GitHub.
    pub events: usize,
    /// How many of those in a second.
    pub per_second: f64,
    /// How many pull requests there are.
    pub pull_requests: usize,
    /// In how many repositories.
    pub repositories: usize,
    /// How often each of ingress, proposal and PostgreSQL is killed.
    pub kills: usize,
    /// How often everything is looked at.
    pub sweep_every: Duration,
    /// Within which time everything agrees again.
    pub within: Duration,
    /// Whether gaps are filled and pull requests are looked at again; without it the scenario must fail.
    pub heals: bool,
    /// Where logs go.
    pub logs: PathBuf,
    /// Whether a line is printed every two seconds.
    pub is_told: bool,
}

impl Options {
    /// The whole scenario.
    #[must_use]
    pub fn new(seed: u64, logs: PathBuf) -> Self {
        Self {
            seed,
            events: 2_000,
            per_second: 200.0,
            pull_requests: 200,
            repositories: 4,
            kills: 2,
            sweep_every: Duration::from_secs(10),
            within: Duration::from_mins(2),
            heals: true,
            logs,
            is_told: true,
        }
    }

    pub(super) fn policy(&self) -> DeliveryPolicy {
        DeliveryPolicy {
            drop_percent: 10,
            double_percent: 10,
            vanish_percent: 2,
            delay_percent: 20,
            delay_ms: (100, 3_000),
            reorder_window: 8,
            concurrency: 8,
            seed: self.seed,
            redeliveries: false,
        }
    }

    pub(super) fn stack(&self) -> StackOptions {
        let sweep = match self.heals {
            true => format!("{}ms", self.sweep_every.as_millis()),
            false => "24h".to_owned(),
        };
        let proposal = [
            ("PROPOSAL_RECONCILE_EVERY", sweep.as_str()),
            ("PROPOSAL_CLOSED_LOOK_AFTER", sweep.as_str()),
            ("PROPOSAL_GAP_FILL_EVERY", sweep.as_str()),
            ("PROPOSAL_REPOSITORY_SYNC_EVERY", "1s"),
            ("PROPOSAL_SCHEDULE_EVERY", "500ms"),
            ("PROPOSAL_LEASE_DURATION", "2s"),
        ];
        let runner = [
            ("RUNNER_RENEW_EVERY", "500ms"),
            ("RUNNER_LEASE_MARGIN", "100ms"),
            ("RUNNER_GIT_PUSH_TIME_LIMIT", "1s"),
            ("RUNNER_KILL_GRACE", "200ms"),
            ("RUNNER_GITHUB_TIME_LIMIT", "1s"),
            ("RUNNER_REDELIVERY_PACE", "20ms"),
        ];
        let mut options =
            StackOptions { durable: true, ..StackOptions::new(self.logs.clone()) }.registering();
        for (name, value) in proposal {
            options = options.with(Service::Proposal, name, value);
        }
        for (name, value) in runner {
            options = options.with(Service::Runner, name, value);
        }
        options
    }
}
