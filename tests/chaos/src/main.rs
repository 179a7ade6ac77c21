//! `pullwright-chaos`: one scenario on a stack of its own; the report is JSON, and the exit code says whether all held.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use pullwright_chaos::{
    report::Report,
    scenario::webhooks::{self, Options},
};
use serde_json::Value;
use uuid::Uuid;

/// Kills processes and spoils deliveries, and looks whether everything that must hold does.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes: 0 all holds; 1 something is broken; 2 the scenario could not be carried out, or the arguments are wrong."
)]
struct Arguments {
    /// What happens.
    #[arg(long, env = "SCENARIO", value_enum, default_value = "webhooks")]
    scenario: Scenario,
    /// Repeats a run; drawn and printed when absent.
    #[arg(long, env = "SEED")]
    seed: Option<u64>,
    /// How often pull requests change on GitHub.
    #[arg(long, default_value_t = 2_000)]
    events: usize,
    /// How many of those in a second.
    #[arg(long, default_value_t = 200.0)]
    per_second: f64,
    /// How many pull requests there are.
    #[arg(long, default_value_t = 200)]
    pull_requests: usize,
    /// In how many repositories.
    #[arg(long, default_value_t = 4)]
    repositories: usize,
    /// How often each process is killed.
    #[arg(long, default_value_t = 2)]
    kills: usize,
    /// How often everything is looked at, in seconds.
    #[arg(long, default_value_t = 10.0)]
    sweep: f64,
    /// Within how many seconds everything agrees again after the last process is up.
    #[arg(long, default_value_t = 120.0)]
    within: f64,
    /// Switches off what heals: the verdict must be `broken` then, or the check is worth nothing.
    #[arg(long)]
    without_healing: bool,
    /// Where the report goes.
    #[arg(long, default_value = "target/chaos")]
    folder: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Scenario {
    /// Pull requests change while ingress, proposal and PostgreSQL are killed and GitHub's deliveries are dropped, doubled, delayed and
    /// come in another order.
    Webhooks,
}

const BROKEN: u8 = 1;
const NOT_CARRIED_OUT: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(report) if report.all_hold() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(BROKEN),
        Err(error) => {
            eprintln!("pullwright-chaos: {error:#}");
            ExitCode::from(NOT_CARRIED_OUT)
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<Report> {
    let Scenario::Webhooks = arguments.scenario;
    let seed = arguments.seed.unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0 >> 32);
    println!("seed {seed}: `make chaos SCENARIO=webhooks SEED={seed}` repeats it");
    let options = Options {
        events: arguments.events,
        per_second: arguments.per_second,
        pull_requests: arguments.pull_requests,
        repositories: arguments.repositories,
        kills: arguments.kills,
        sweep_every: Duration::try_from_secs_f64(arguments.sweep).context("--sweep")?,
        within: Duration::try_from_secs_f64(arguments.within).context("--within")?,
        heals: !arguments.without_healing,
        ..Options::new(seed, logs(&arguments.folder)?)
    };
    let report = webhooks::run(&options).await?;
    let path = arguments.folder.join("webhooks.json");
    report.write(&path)?;
    print(&report);
    println!("The report is {}.", path.display());
    Ok(report)
}

/// A fresh folder for logs that stay.
fn logs(folder: &Path) -> anyhow::Result<PathBuf> {
    let logs = folder.join("webhooks-logs");
    if logs.exists() {
        std::fs::remove_dir_all(&logs).context("remove the logs of the run before")?;
    }
    std::fs::create_dir_all(&logs).with_context(|| format!("make {}", logs.display()))?;
    Ok(logs)
}

/// Facts that people want to see; all of them are in the report.
const TOLD: [&str; 7] = [
    "changes_per_second",
    "changes_per_second_reached",
    "attempts",
    "mischief",
    "outcomes",
    "agreed_after_s",
    "complete_after_s",
];

fn print(report: &Report) {
    println!();
    for name in TOLD {
        if let Some(value) = report.facts.get(name) {
            println!("  {:<27} {}", name.replace('_', " "), plain(value));
        }
    }
    for kill in report.facts.get("kills").and_then(Value::as_array).into_iter().flatten() {
        let seconds = |name: &str| kill[name].as_f64().unwrap_or_default() / 1_000.0;
        let (at, down) = (seconds("at_ms"), seconds("down_ms"));
        println!(
            "  {:<27} {} at {at:.1} s, down for {down:.1} s",
            "killed",
            plain(&kill["killed"])
        );
    }
    println!("\n{}", report.table());
    let verdict = if report.all_hold() { "all holds" } else { "broken" };
    println!("seed {}: {verdict}", report.seed);
}

/// A value without the signs that only programs need.
fn plain(value: &Value) -> String {
    match value {
        Value::Object(all) => all
            .iter()
            .map(|(name, value)| format!("{} {}", name.replace('_', " "), plain(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
