//! `make bench`: figures of the whole system, in a release build, as tables for people and JSON for programs.
//!
//! A figure is a median with its maximum over runs of the same work; nothing here fails because a machine is slow.

mod lists;
mod open;
mod stats;
mod webhooks;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};

/// Measures the whole system on this machine.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// What to measure.
    #[arg(long, env = "BENCH", value_enum, default_value = "all")]
    bench: Bench,
    /// Where the JSON goes.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// How often each kind of proposal is opened, after one that warms everything up.
    #[arg(long, default_value_t = 20)]
    runs: usize,
    /// How often each page is fetched, after once that warms everything up.
    #[arg(long, default_value_t = 50)]
    page_runs: usize,
    /// How many proposals the ledger has whose lists are measured.
    #[arg(long, default_value_t = 100_000)]
    proposals: i64,
    #[command(flatten)]
    webhooks: webhooks::Arguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bench {
    /// From the click to the open pull request.
    Open,
    /// Pages of lists on a large ledger.
    Lists,
    /// Deliveries a second, their answers' times, and the memory they take.
    Webhooks,
    /// Everything there is.
    All,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if cfg!(debug_assertions) {
        eprintln!(
            "pullwright-bench: this is a debug build, its figures mean nothing; use `make bench`"
        );
    }
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pullwright-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { bench, folder, runs, page_runs, proposals, webhooks } = arguments;
    if matches!(bench, Bench::Open | Bench::All) {
        open::run(folder, *runs).await?;
    }
    if matches!(bench, Bench::Lists | Bench::All) {
        lists::run(folder, *proposals, *page_runs).await?;
    }
    if matches!(bench, Bench::Webhooks | Bench::All) {
        webhooks::run(folder, webhooks).await?;
    }
    Ok(())
}
