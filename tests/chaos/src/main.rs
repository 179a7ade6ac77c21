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
use uuid::Uuid;

/// Kills processes and spoils deliveries, and looks whether everything that must hold does.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes: 0 all held; 1 something did not, or the scenario could not be carried out."
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

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(report) if report.violations.is_empty() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("pullwright-chaos: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<Report> {
    let Scenario::Webhooks = arguments.scenario;
    let seed = arguments.seed.unwrap_or_else(|| Uuid::new_v4().as_u64_pair().0 >> 32);
    println!("seed {seed}: `--seed {seed}` repeats it");
    let options = Options {
        events: arguments.events,
        per_second: arguments.per_second,
        pull_requests: arguments.pull_requests,
        repositories: arguments.repositories,
        kills: arguments.kills,
        sweep_every: Duration::try_from_secs_f64(arguments.sweep).context("--sweep")?,
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

fn print(report: &Report) {
    println!();
    for (name, value) in &report.facts {
        // Lists are for programs.
        if !value.is_array() {
            println!("{name:<30} {value}");
        }
    }
    for violation in &report.violations {
        println!("VIOLATION: {violation}");
    }
    println!("{}", if report.violations.is_empty() { "all held" } else { "not all held" });
}
