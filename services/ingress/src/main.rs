//! The ingress' process: settings, telemetry, listener, then answers until it is asked to stop.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::Parser;
use pullwright_ingress::{App, Settings, serve};
use pullwright_redact::Redactor;
use pullwright_rpc::signal;
use pullwright_settings::Environment;
use pullwright_types::SystemClock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The way in: REST for people, signed webhooks from GitHub. Settings come from the environment (INGRESS_…).
#[derive(Parser)]
#[command(version, about)]
struct Arguments {}

#[tokio::main]
async fn main() -> ExitCode {
    Arguments::parse();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pullwright-ingress: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let env = Environment::process();
    let redactor = Redactor::new();
    let settings = Settings::read(&env)?;
    let log = pullwright_telemetry::Settings::read(&env)?;
    let _telemetry = pullwright_telemetry::init("ingress", log, redactor.clone())?;
    for name in env.unknown("INGRESS_", &[]) {
        tracing::warn!("{name} is set, and nobody reads it");
    }
    redactor.register(&settings.proposal.token).context("INGRESS_SERVICE_TOKEN")?;

    let stop = CancellationToken::new();
    let (listen, development) = (settings.listen, settings.deployment.is_development());
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("listen on {listen}"))?;
    let app = App::new(settings, redactor, Arc::new(SystemClock))?;
    if development {
        tracing::warn!("ENVIRONMENT is development: calls that seed and delete rows are there");
    }
    tracing::info!(address = %listener.local_addr()?, "listening");
    let asked = stop.clone();
    tokio::spawn(async move {
        if let Err(error) = signal::terminated().await {
            tracing::error!(%error, "signals cannot be heard");
        }
        asked.cancel();
    });
    serve(app, listener, stop).await.context("serve")?;
    tracing::info!("stopped");
    Ok(())
}
