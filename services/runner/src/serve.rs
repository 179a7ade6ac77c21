//! Puts a runner together and runs it: the worker beside the server, both ended by one token.

use std::sync::Arc;

use pullwright_proto::runner::runner_service_server::RunnerServiceServer;
use pullwright_redact::Redactor;
use pullwright_rpc::{
    client::{Connection, InvalidToken},
    server::{self, ServeError},
};
use pullwright_types::Clock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use uuid::Uuid;

use crate::{
    App, Settings,
    git::{self, ProcessEngine},
    keyring::Keyring,
    ledger::Ledger,
    lock::{LockError, Locks},
    questions::Questions,
    registry::Registry,
    repeat::Repeats,
    rpc, worker,
};

/// Why a runner could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The service token cannot be sent.
    #[error(transparent)]
    Token(#[from] InvalidToken),
    /// Redis' address is malformed.
    #[error("prepare the connection to redis")]
    Redis(#[from] LockError),
    /// Git is missing, too old, or its data folder cannot be written.
    #[error("prepare git (RUNNER_GIT_PATH, RUNNER_DATA_DIR)")]
    Git(#[from] git::GitError),
    /// The client for GitHub could not be made.
    #[error("prepare the client for GitHub")]
    Github(#[from] pullwright_github::BuildError),
}

/// A runner, with the connections that tell whether it is ready.
pub struct Runner {
    app: App,
    holder: String,
    cores: [Connection; 2],
}

/// Puts a runner together; connects to nothing yet.
///
/// # Errors
/// Git is missing or too old, or a setting cannot be used.
pub async fn build(
    settings: Settings,
    redactor: Redactor,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) -> Result<Runner, BuildError> {
    let holder = format!("runner-{}", Uuid::now_v7());
    let proposal = settings.proposal.clone().connect()?;
    let registry = settings.registry.clone().connect()?;
    let limits =
        pullwright_github::TimeLimits { request: settings.github_time_limit, ..Default::default() };
    let user_agent = concat!("pullwright/", env!("CARGO_PKG_VERSION"));
    let locks = Locks::connect(&settings.redis_url, holder.clone())?;
    let app = App {
        ledger: Ledger::new(proposal.clone()),
        keyring: Keyring::new(registry.clone(), redactor.clone()),
        registry: Registry::new(registry.clone()),
        repeats: Repeats::new(locks.connection()),
        locks,
        questions: Questions::new(settings.question_concurrency, settings.question_time_limit),
        git: Arc::new(ProcessEngine::start(settings.git.clone(), redactor.clone()).await?),
        github: pullwright_github::Client::new(user_agent, limits, Arc::clone(&clock))?,
        settings: Arc::new(settings),
        clock,
        redactor,
        stop,
    };
    Ok(Runner { app, holder, cores: [proposal, registry] })
}

/// Works and answers until the runner's token is cancelled.
///
/// # Errors
/// The server broke.
pub async fn serve(runner: Runner, listener: TcpListener) -> Result<(), ServeError> {
    let Runner { app, holder, cores } = runner;
    let working = tokio::spawn(worker::run(app.clone(), holder));
    let routes = Routes::new(RunnerServiceServer::new(rpc::Service(app.clone())));
    let ready = {
        let app = app.clone();
        move || is_ready(app.locks.clone(), cores.clone())
    };
    let names = vec!["pullwright.runner.v1.RunnerService"];
    let served = server::serve(
        "runner",
        routes,
        names,
        app.settings.server.clone(),
        listener,
        ready,
        app.stop.clone(),
    )
    .await;
    app.stop.cancel();
    if let Err(error) = working.await {
        tracing::error!(error = %error, "the worker ended early");
    }
    served
}

/// Ready when Redis and both cores answer.
async fn is_ready(locks: Locks, cores: [Connection; 2]) -> bool {
    for core in cores {
        let answer = HealthClient::new(core).check(HealthCheckRequest::default()).await;
        if !answer.is_ok_and(|answer| answer.get_ref().status() == ServingStatus::Serving) {
            return false;
        }
    }
    locks.is_up().await
}
