//! Starts the keyring, or takes its database to a version.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use pullwright_pg::{Pool, migrate};
use pullwright_redact::Redactor;
use pullwright_repo_registry::{App, SERVICE, Settings, apps, migrations, secrets::Secrets, serve};
use pullwright_rpc::signal;
use pullwright_settings::Environment;
use pullwright_types::SystemClock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[derive(Parser)]
#[command(version, about = "Pullwright's keyring")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Migrates the database and ends.
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
            eprintln!("{SERVICE}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let env = Environment::process();
    let redactor = Redactor::new();
    if let Some(Command::Migrate { to }) = arguments.command {
        let database = pullwright_pg::Settings::read(&env, pullwright_repo_registry::PREFIX)?;
        let changes = match to {
            Some(version) => {
                migrate::to(&database, migrations::runner(), migrations::DOWNS, version).await
            }
            None => migrate::up(&database, migrations::runner()).await,
        };
        let changes = changes.context("migrate the database")?;
        println!("applied {:?}, reverted {:?}", changes.applied, changes.reverted);
        return Ok(());
    }

    let settings = Settings::read(&env)?;
    let log = pullwright_telemetry::Settings::read(&env)?;
    let _telemetry = pullwright_telemetry::init(SERVICE, log, redactor.clone())?;
    for name in env.unknown(pullwright_repo_registry::PREFIX, &[]) {
        tracing::warn!("{name} is set, and nobody reads it");
    }
    // Before anything that takes time, so that an early signal ends the start as gracefully as the service.
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        if let Err(error) = signal::terminated().await {
            tracing::error!(%error, "cannot listen for signals");
        }
        stopping.cancel();
    });
    let up = pullwright_pg::wait_until_up(&settings.database);
    let Some(up) = stop.run_until_cancelled(up).await else { return Ok(()) };
    up.context("reach the database")?;
    migrate::up(&settings.database, migrations::runner()).await.context("migrate the database")?;
    let db = Pool::connect(&settings.database)?;
    let github_apps =
        apps::register(&db, settings.github_apps).await.context("register the GitHub Apps")?;
    let app = App {
        db,
        secrets: Secrets::new(settings.secrets_dir, redactor),
        hosts: settings.hosts,
        github_apps,
        webhook_secret_overlap: settings.webhook_secret_overlap,
        clock: Arc::new(SystemClock),
        deployment: settings.deployment,
        stop,
    };
    let listen = settings.server.listen;
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("listen on {listen}"))?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    serve(Arc::new(app), settings.server, listener).await.context("serve")?;
    tracing::info!("stopped");
    Ok(())
}
