//! `make bench`: figures of the whole system, in a release build, as tables for people and JSON for programs.
//!
//! A figure is a median with its maximum over runs of the same work; nothing here fails because a machine is slow.

mod open;
mod stats;

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
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bench {
    /// From the click to the open pull request.
    Open,
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
    let done = match arguments.bench {
        Bench::Open | Bench::All => open::run(&arguments.folder, arguments.runs).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pullwright-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
