//! Pull requests change while ingress, proposal and PostgreSQL die, and deliveries are dropped, doubled, delayed and come in another order:
//! soon afterwards every proposal agrees with GitHub, nothing is lost and nothing was applied twice.

mod changes;
mod verdict;

use std::{
    num::NonZeroUsize,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use anyhow::Context as _;
use pullwright_forge::{ControlClient, DeliveryPolicy, NewPulls, PullChange, PullChanges};
use pullwright_harness::{Service, Stack, StackOptions, WireOptions};
use pullwright_pg::{Pool, Settings};
use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    dice::Dice,
    kills::{self, Done, Plan, Victim},
    opened::{self, Opened},
    progress::Progress,
    report::Report,
};
use changes::Changes;
use verdict::{Missing, Truth, Watched};

/// Within which time everything agrees again.
const WITHIN: Duration = Duration::from_mins(2);
/// Within which time GitHub has sent what it is going to send; what is delayed is delayed by seconds.
const SENT_WITHIN: Duration = Duration::from_mins(1);
/// How long it must stay as it is then.
const STAYS: Duration = Duration::from_secs(3);
/// How many changes the forge is asked for at once.
const AT_ONCE: usize = 10;
/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(500);

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
            logs,
            is_told: true,
        }
    }

    fn policy(&self) -> DeliveryPolicy {
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

    fn stack(&self) -> StackOptions {
        let sweep = format!("{}ms", self.sweep_every.as_millis());
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

/// Runs the scenario.
///
/// # Errors
/// It could not be carried out; what did not hold is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let progress = Progress::new(options.is_told);
    let _told = progress.tell();
    let mut report = Report::new(options.seed);
    progress.begin(format!("seed {}: starting the stack", options.seed));
    let mut stack = Stack::start(options.stack()).await?;
    let forge = stack.forge()?;
    let pool = Pool::connect(&Settings {
        pool_size: NonZeroUsize::MIN,
        ..Settings::new(stack.postgres.url("pullwright_proposal"), "chaos")
    })?;
    progress.begin(format!("opening {} pull requests", options.pull_requests));
    let watched = prepare(&stack, &forge, &pool, options).await?;
    let changes = Changes::new(&mut Dice::new(options.seed, 1), options.events, watched.len());
    forge.set_delivery_policy(None, options.policy()).await?;

    let storm = storm(&mut stack, &forge, options, &watched, &changes, &progress).await?;
    report.hold(storm.sent == changes.len(), || {
        format!("the forge made {} of {} changes", storm.sent, changes.len())
    });
    report.fact("changes_took_s", tenths(storm.took));
    report.fact("kills", kills::json(&storm.kills));
    progress.begin("waiting until everything is up again and sent");
    kills::calm_down(&mut stack).await?;
    all_sent(&forge).await?;
    let calm = Instant::now();
    let truth = Truth::learn(&forge, &watched).await?;
    let missing = settle(&pool, &truth, &progress, &mut report, calm).await?;
    missing.report(&mut report);
    verdict::transitions(&pool, &watched, &changes, &mut report).await?;
    verdict::outcomes(&pool, &mut report).await?;
    tell(&forge, &mut report, options, &changes, &truth).await?;
    tokio::task::spawn_blocking(move || stack.stop()).await??;
    Ok(report)
}

/// Repositories with open pull requests, and a proposal for each.
async fn prepare(
    stack: &Stack,
    forge: &ControlClient,
    pool: &Pool,
    options: &Options,
) -> anyhow::Result<Vec<Watched>> {
    let mut watched = Vec::new();
    for repository in 0..options.repositories {
        let share = options.pull_requests / options.repositories
            + usize::from(repository < options.pull_requests % options.repositories);
        let wired = stack.wire(WireOptions::new(&format!("storm-{repository}"))).await?;
        let new = NewPulls::numbered("pullwright/proposal-", share);
        let pulls = forge.create_pulls(&wired.repository, new).await?;
        let known = pulls.iter().map(Opened::of).collect::<anyhow::Result<Vec<_>>>()?;
        let ids = opened::write(pool, &wired, &stack.ports.forge_url(), &known).await?;
        let repository_id = Uuid::parse_str(&wired.config_repo_id)?;
        watched.extend(ids.into_iter().zip(pulls).map(|(proposal_id, pull)| Watched {
            proposal_id,
            repository_id,
            repository: wired.repository.clone(),
            number: pull.number,
        }));
    }
    Ok(watched)
}

/// What was done to the system.
struct Storm {
    /// How many changes there were.
    sent: usize,
    took: Duration,
    kills: Vec<Done>,
}

/// Pull requests change while processes die.
async fn storm(
    stack: &mut Stack,
    forge: &ControlClient,
    options: &Options,
    watched: &[Watched],
    changes: &Changes,
    progress: &Progress,
) -> anyhow::Result<Storm> {
    let victims =
        [Victim::Service(Service::Ingress), Victim::Service(Service::Proposal), Victim::Postgres];
    let plan = Plan::new(&mut Dice::new(options.seed, 2), &victims, options.kills);
    progress.begin(format!("{} changes at {} a second", changes.len(), options.per_second));
    let steps: Vec<PullChange> =
        changes.steps(|index| (watched[index].repository.clone(), watched[index].number)).collect();
    let done = AtomicUsize::new(0);
    let started = Instant::now();
    let change = async {
        let mut sent = 0;
        for some in steps.chunks(AT_ONCE) {
            #[expect(clippy::cast_precision_loss, reason = "some thousands")]
            let at = done.load(Relaxed) as f64 / options.per_second;
            tokio::time::sleep_until(started + Duration::from_secs_f64(at)).await;
            let changes = PullChanges { changes: some.to_vec(), per_second: None };
            let report = forge.change_pulls(changes).await.context("change pull requests")?;
            sent += usize::try_from(report.done)?;
            done.fetch_add(some.len(), Relaxed);
            let counts = forge.delivery_counts().await?;
            progress.now(format!(
                "{sent} of {} changes; deliveries: {} taken, {} failed, {} on the way",
                steps.len(),
                counts.ok,
                counts.failed,
                counts.pending,
            ));
        }
        anyhow::Ok((sent, started.elapsed()))
    };
    let kill = plan.carry_out(stack, || done.load(Relaxed) * 1_000 / steps.len().max(1));
    let ((sent, took), kills) = tokio::try_join!(change, kill)?;
    Ok(Storm { sent, took, kills })
}

/// Waits until GitHub has no delivery left to send.
async fn all_sent(forge: &ControlClient) -> anyhow::Result<()> {
    let deadline = Instant::now() + SENT_WITHIN;
    loop {
        let pending = forge.delivery_counts().await?.pending;
        if pending == 0 {
            return Ok(());
        }
        anyhow::ensure!(Instant::now() < deadline, "{pending} deliveries are never sent");
        tokio::time::sleep(LOOK_EVERY / 5).await;
    }
}

/// Waits until the ledger agrees with GitHub and stays so, or its time is over; answers what is missing then.
async fn settle(
    pool: &Pool,
    truth: &Truth,
    progress: &Progress,
    report: &mut Report,
    calm: Instant,
) -> anyhow::Result<Missing> {
    let seconds = || tenths(calm.elapsed());
    let mut agreed = None;
    let mut missing = verdict::compare(pool, truth).await?;
    while !missing.is_nothing() && calm.elapsed() < WITHIN {
        if missing.agrees() && agreed.is_none() {
            agreed = Some(seconds());
        }
        progress.now(format!("{} after {:.0} s", missing.counts(), seconds()));
        tokio::time::sleep(LOOK_EVERY).await;
        missing = verdict::compare(pool, truth).await?;
    }
    if missing.agrees() {
        report.fact("agreed_after_s", agreed.unwrap_or_else(seconds));
    }
    if missing.is_nothing() {
        report.fact("complete_after_s", seconds());
        progress.now("all agrees; looking whether it stays so");
        tokio::time::sleep(STAYS).await;
        missing = verdict::compare(pool, truth).await?;
    }
    Ok(missing)
}

/// Adds what was done to the report.
async fn tell(
    forge: &ControlClient,
    report: &mut Report,
    options: &Options,
    changes: &Changes,
    truth: &Truth,
) -> anyhow::Result<()> {
    let counts = forge.delivery_counts().await?;
    let policy = forge.delivery_policy(None).await?;
    report.fact("scenario", "webhooks");
    report.fact("changes", changes.len());
    report.fact("changes_per_second", options.per_second);
    report.fact("pull_requests", options.pull_requests);
    report.fact("repositories", options.repositories);
    report.fact("sweep_every_s", options.sweep_every.as_secs_f64());
    report.fact("within_s", WITHIN.as_secs());
    report.fact("deliveries", truth.deliveries());
    report.fact(
        "attempts",
        json!({"total": counts.total, "taken": counts.ok, "failed": counts.failed, "asked_for_again": counts.redeliveries}),
    );
    report.fact(
        "mischief",
        json!({"drawn": policy.drawn, "dropped": policy.dropped, "doubled": policy.doubled, "vanished": policy.vanished,
               "delayed": policy.delayed, "reorder_window": policy.policy.reorder_window}),
    );
    report.fact("github_requests", json!(forge.status_counters().await?));
    Ok(())
}

/// Seconds, to the tenth.
fn tenths(time: Duration) -> f64 {
    (time.as_secs_f64() * 10.0).round() / 10.0
}
