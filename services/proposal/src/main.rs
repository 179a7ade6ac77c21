//! Starts the ledger, or migrates its database.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use pullwright_pg::Pool;
use pullwright_proposal::{App, Registry, SERVICE, Settings, migrations, serve, wakeup::Wakeup};
use pullwright_redact::Redactor;
use pullwright_settings::Environment;
use pullwright_types::SystemClock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// The ledger: proposals, studies, jobs and deliveries.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Migrates the database and exits.
    Migrate {
        /// The version to go to, up or down; the newest when not given.
        #[arg(long)]
        to: Option<i32>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pullwright-proposal: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let environment = Environment::process();
    let database = pullwright_pg::Settings::read(&environment, "PROPOSAL_")?;
    let redactor = Redactor::new();
    let telemetry = pullwright_telemetry::Settings::read(&environment)?;
    let _telemetry = pullwright_telemetry::init(SERVICE, telemetry, redactor.clone())?;
    if let Some(Command::Migrate { to }) = arguments.command {
        let changes = match to {
            Some(version) => migrations::to(&database, version).await,
            None => migrations::up(&database).await,
        }
        .context("migrate the database")?;
        tracing::info!(applied = ?changes.applied, reverted = ?changes.reverted, "migrated the database");
        return Ok(());
    }

    let settings = Settings::read(&environment)?;
    for name in environment.unknown("PROPOSAL_", &[]) {
        tracing::warn!("{name} is set, and nobody reads it");
    }
    redactor.register(&settings.registry.token).context("PROPOSAL_SERVICE_TOKEN_FILE")?;
    redactor.register(&settings.database.url).context("PROPOSAL_DATABASE_URL")?;
    pullwright_pg::wait_until_up(&settings.database).await.context("reach the database")?;
    migrations::up(&settings.database).await.context("migrate the database")?;
    let stop = CancellationToken::new();
    let listener = TcpListener::bind(settings.server.listen).await.context("listen")?;
    tracing::info!(address = %settings.server.listen, "listening");
    let app = App {
        db: Pool::connect(&settings.database)?,
        clock: Arc::new(SystemClock),
        registry: Registry::new(settings.registry.clone().connect()?),
        wakeup: Wakeup::default(),
        redactor,
        settings,
        stop: stop.clone(),
    };
    tokio::spawn(async move {
        if let Err(error) = pullwright_rpc::signal::terminated().await {
            tracing::error!(%error, "cannot hear signals");
        }
        stop.cancel();
    });
    serve(Arc::new(app), listener).await?;
    tracing::info!("stopped");
    Ok(())
}
