//! Pull requests change while ingress, proposal and PostgreSQL die, and deliveries are dropped, doubled, delayed and come in another order:
//! soon afterwards every proposal agrees with GitHub, nothing is lost and nothing was applied twice.

mod changes;
mod options;
mod storm;
mod verdict;

use std::{num::NonZeroUsize, time::Duration};

use pullwright_forge::{ControlClient, NewPulls};
use pullwright_harness::{Stack, WireOptions};
use pullwright_pg::{Pool, Settings};
use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    dice::Dice,
    kills,
    opened::{self, Opened},
    progress::Progress,
    report::Report,
};
use changes::Changes;
pub use options::Options;
use storm::{Storm, VICTIMS};
use verdict::{Truth, Watched};

/// Within which time GitHub has sent what it is going to send, and what it was asked to send again meanwhile.
const SENT_WITHIN: Duration = Duration::from_secs(100);
/// How long it must stay as it is then.
const STAYS: Duration = Duration::from_secs(3);
/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(500);

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

    let storm = storm::rage(&mut stack, &forge, options, &watched, &changes, &progress).await?;
    report_storm(&mut report, options, &storm);
    progress.begin("no more changes and no more deaths; waiting until everything is up again");
    stack.wait_until_revived().await?;
    let calm = Instant::now();
    all_sent(&forge, &progress).await?;
    let truth = Truth::learn(&forge, &watched).await?;
    settle(&pool, &truth, &progress, &mut report, options.within, calm).await?;
    verdict::transitions(&pool, &watched, &changes, &mut report).await?;
    verdict::outcomes(&pool, &mut report).await?;
    tell(&forge, &mut report, options, &changes, &truth).await?;
    progress.begin("stopping the stack");
    tokio::task::spawn_blocking(move || stack.stop()).await??;
    Ok(report)
}

/// Says whether what had to happen to the system did.
fn report_storm(report: &mut Report, options: &Options, storm: &Storm) {
    let seen = format!("{} of {}", storm.made, options.events);
    report.check("every change was made on GitHub", storm.made == options.events, seen);
    let count = |victim| storm.kills.iter().filter(|kill| kill.victim == victim).count();
    let killed = VICTIMS.map(|victim| (victim.name(), count(victim)));
    report.check(
        "each was killed as often as planned",
        killed.iter().all(|(_, times)| *times == options.kills),
        killed.map(|(name, times)| format!("{name} {times} times")).join(", "),
    );
    report.fact("changes_took_s", tenths(storm.took));
    report.fact("changes_per_second_reached", storm.pace().round());
    report.fact("kills", kills::json(&storm.kills));
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

/// Waits until GitHub has no delivery left to send.
async fn all_sent(forge: &ControlClient, progress: &Progress) -> anyhow::Result<()> {
    let deadline = Instant::now() + SENT_WITHIN;
    loop {
        let counts = forge.delivery_counts().await?;
        let pending = counts.pending;
        if pending == 0 {
            return Ok(());
        }
        progress.now(format!(
            "all is up; {pending} deliveries are on the way, {} were asked for again",
            counts.redeliveries
        ));
        anyhow::ensure!(Instant::now() < deadline, "{pending} deliveries are never sent");
        tokio::time::sleep(LOOK_EVERY / 5).await;
    }
}

/// Waits until the ledger agrees with GitHub and stays so, or its time is over; what is missing then is in the report.
async fn settle(
    pool: &Pool,
    truth: &Truth,
    progress: &Progress,
    report: &mut Report,
    within: Duration,
    calm: Instant,
) -> anyhow::Result<()> {
    let seconds = || tenths(calm.elapsed());
    let limit = within.as_secs();
    let mut agreed = None;
    let mut missing = verdict::compare(pool, truth).await?;
    loop {
        if missing.agrees() {
            agreed.get_or_insert_with(seconds);
        }
        if missing.is_nothing() || calm.elapsed() >= within {
            break;
        }
        progress.now(format!("{} after {:.0} of {limit} s", missing.counts(), seconds()));
        tokio::time::sleep(LOOK_EVERY).await;
        missing = verdict::compare(pool, truth).await?;
    }
    let mut when = format!(" after {limit} s");
    if missing.is_nothing() {
        let agreed = agreed.unwrap_or_else(seconds);
        report.fact("agreed_after_s", agreed);
        report.fact("complete_after_s", seconds());
        when = format!(" after {agreed} s, of {limit}");
        progress.begin("all agrees; looking whether it stays so");
        tokio::time::sleep(STAYS).await;
        missing = verdict::compare(pool, truth).await?;
    }
    missing.report(report, truth, &when);
    Ok(())
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
    report.fact("within_s", options.within.as_secs_f64());
    report.fact("heals", options.heals);
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
