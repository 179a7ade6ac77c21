//! `pullwright-local`: the whole system on this machine, for `make demo`, `make up` and `make down`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use pullwright_harness::{
    demo,
    up::{self, UpOptions},
};

/// The whole system on this machine: private PostgreSQL and Redis, a GitHub that remembers, four services.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the main job once, from registration to merge, and stops.
    Demo {
        /// Where report and logs go.
        #[arg(long, default_value = "target/demo")]
        folder: PathBuf,
    },
    /// Starts the stack and leaves it running until Ctrl-C or `down`.
    Up {
        /// Where `env` and logs go.
        #[arg(long, default_value = "target/up")]
        folder: PathBuf,
        /// The first of seven ports; free ones when absent.
        #[arg(long, env = "UP_PORT_BASE", value_name = "UP_PORT_BASE")]
        port_base: Option<u16>,
        /// GitHub hosts to use instead of the forge: a JSON array of {"web", "api", "git"}.
        #[arg(long, env = "GITHUB_HOSTS_FILE", value_name = "GITHUB_HOSTS_FILE")]
        hosts_file: Option<PathBuf>,
        /// The address under which those hosts reach the ingress, such as that of a tunnel, with /webhooks/github at its end.
        #[arg(long, env = "RUNNER_WEBHOOK_URL", value_name = "RUNNER_WEBHOOK_URL")]
        webhook_url: Option<String>,
    },
    /// Stops the stack that `up` left running.
    Down {
        /// The folder that `up` was given.
        #[arg(long, default_value = "target/up")]
        folder: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Demo { folder } => demo::run(&folder).await,
        Command::Up { folder, port_base, hosts_file, webhook_url } => {
            up::up(&folder, UpOptions { port_base, hosts_file, webhook_url }).await
        }
        Command::Down { folder } => up::down(&folder).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\npullwright-local: {error:#}");
            ExitCode::FAILURE
        }
    }
}
