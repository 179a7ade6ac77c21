//! The runner's process: settings, telemetry, parts, then work until it is asked to stop.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::Parser;
use pullwright_redact::Redactor;
use pullwright_rpc::signal;
use pullwright_runner::{Settings, build, serve};
use pullwright_settings::Environment;
use pullwright_types::SystemClock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The way out: leases jobs and does git's and GitHub's part of them. Settings come from the environment (RUNNER_…).
#[derive(Parser)]
#[command(version, about)]
struct Arguments {}

#[tokio::main]
async fn main() -> ExitCode {
    Arguments::parse();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pullwright-runner: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let env = Environment::process();
    let redactor = Redactor::new();
    let settings = Settings::read(&env)?;
    let telemetry = pullwright_telemetry::init(
        "runner",
        pullwright_telemetry::Settings::read(&env)?,
        redactor.clone(),
    )?;
    telemetry.log_panics();
    for name in env.unknown("RUNNER_", &[]) {
        tracing::warn!("{name} is set, and nobody reads it");
    }

    let stop = CancellationToken::new();
    let listener = TcpListener::bind(settings.server.listen)
        .await
        .with_context(|| format!("listen on {}", settings.server.listen))?;
    let runner = build(settings, redactor, Arc::new(SystemClock), stop.clone()).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    tokio::spawn(async move {
        if let Err(error) = signal::terminated().await {
            tracing::error!(error = %error, "signals cannot be heard");
        }
        stop.cancel();
    });
    serve(runner, listener).await.context("serve")?;
    tracing::info!("stopped");
    Ok(())
}
