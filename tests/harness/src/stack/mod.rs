//! The stack: PostgreSQL, Redis, the forge and the four services, started in order, ready when ingress says so.

mod binaries;
mod chaos;
mod credentials;
mod environment;
mod options;
mod ports;
mod wire;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail};
use pullwright_forge::ControlClient;
use pullwright_rpc::{
    Role,
    client::{self, Connection},
};
use pullwright_testkit::stores::{Postgres, Redis, StartOptions};
use tempfile::TempDir;
use tonic::transport::Endpoint;

use crate::{Process, Rest, process::Program};

pub use binaries::find as find_binary;
pub use credentials::Credentials;
pub(crate) use credentials::private;
pub use options::StackOptions;
pub use ports::Ports;
pub(crate) use wire::id;
pub use wire::{WireOptions, Wired};

/// A service of ours, or the forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// The way in.
    Ingress,
    /// The ledger.
    Proposal,
    /// The keyring.
    Registry,
    /// The way out.
    Runner,
    /// A GitHub that remembers.
    Forge,
}

impl Service {
    /// All, in the order in which they are started.
    pub const ALL: [Self; 5] =
        [Self::Forge, Self::Registry, Self::Proposal, Self::Runner, Self::Ingress];

    /// The name, as in `PID_…` and in logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Proposal => "proposal",
            Self::Registry => "registry",
            Self::Runner => "runner",
            Self::Forge => "forge",
        }
    }
}

/// How long the whole stack may take to be ready: two cores may be busy compiling.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running stack; dropping it stops everything.
pub struct Stack {
    processes: BTreeMap<Service, Process>,
    programs: BTreeMap<Service, Program>,
    /// The ledger's and the registry's PostgreSQL; shared, since starting it again takes long beside other things.
    pub postgres: Arc<Postgres>,
    /// The locks' Redis.
    pub redis: Redis,
    /// Where everything listens.
    pub ports: Ports,
    /// Tokens of people and services.
    pub credentials: Credentials,
    registers_webhooks: bool,
    webhook_url: Option<String>,
    folder: TempDir,
    logs: PathBuf,
}

impl Stack {
    /// Starts everything and waits until it is ready.
    pub async fn start(options: StackOptions) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("pullwright-")
            .tempdir()
            .context("make a temporary folder")?;
        std::fs::create_dir_all(&options.logs)
            .with_context(|| format!("make {}", options.logs.display()))?;
        let ports = Ports::choose(options.port_base)?;
        let credentials = Credentials::write(folder.path()).context("write tokens")?;
        let (postgres, redis) = tokio::join!(
            Postgres::start(StartOptions {
                port: Some(ports.postgres),
                durable: options.durable,
                ..StartOptions::default()
            }),
            Redis::start(StartOptions { port: Some(ports.redis), ..StartOptions::default() }),
        );
        let (postgres, redis) =
            (postgres.context("start PostgreSQL")?, redis.context("start Redis")?);
        for database in ["pullwright_proposal", "pullwright_registry"] {
            postgres.create_database(database).await.context("create a database")?;
        }
        let mut stack = Self {
            processes: BTreeMap::new(),
            programs: BTreeMap::new(),
            postgres: Arc::new(postgres),
            redis,
            ports,
            credentials,
            registers_webhooks: options.registers_webhooks,
            webhook_url: options.webhook_url.clone(),
            folder,
            logs: options.logs.clone(),
        };
        stack.programs = environment::programs(&stack, &options)?;
        for service in Service::ALL {
            stack.launch(service)?;
        }
        stack.wait_until_ready().await?;
        Ok(stack)
    }

    /// The ingress, called by a person with the operator's token.
    pub fn rest(&self) -> anyhow::Result<Rest> {
        Rest::new(&self.ports.ingress_url(), Some(&self.credentials.operator))
    }

    /// The forge's control API. Made anew for each caller, since a client belongs to the runtime it was first used in.
    pub fn forge(&self) -> anyhow::Result<ControlClient> {
        Ok(ControlClient::new(self.ports.forge_control())?)
    }

    /// A gRPC connection to a core at `port`, with one of the service tokens.
    pub fn grpc(&self, port: u16, token: &str) -> anyhow::Result<Connection> {
        let address = Endpoint::from_shared(format!("http://127.0.0.1:{port}"))?;
        Ok(client::Settings { address, token: token.to_owned().into() }.connect()?)
    }

    /// Where GitHub sends webhooks, as it stands in the hooks.
    #[must_use]
    pub fn webhook_url(&self) -> String {
        let own = || format!("{}/webhooks/github", self.ports.ingress_url());
        self.webhook_url.clone().unwrap_or_else(own)
    }

    /// The folder of secrets.
    #[must_use]
    pub fn secrets(&self) -> PathBuf {
        self.folder.path().join("secrets")
    }

    /// The file of a role's service token.
    #[must_use]
    pub fn service_token_file(&self, role: Role) -> PathBuf {
        self.folder.path().join("tokens").join(role.as_str())
    }

    /// The runner's folder of repositories.
    #[must_use]
    pub fn clones(&self) -> PathBuf {
        self.folder.path().join("runner")
    }

    /// The folder of everything that this stack writes, logs apart.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of logs.
    #[must_use]
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// A process of the stack.
    #[must_use]
    pub fn process(&self, service: Service) -> Option<&Process> {
        self.processes.get(&service)
    }

    /// Starts a service, again after it was killed or stopped.
    pub fn launch(&mut self, service: Service) -> anyhow::Result<()> {
        let program = self.programs.get(&service).context("every service has a program")?;
        self.processes.remove(&service);
        self.processes.insert(service, Process::start(program)?);
        Ok(())
    }

    /// Starts another process of a service beside the one that it has, with some variables changed, such as where it listens.
    pub fn launch_beside(
        &self,
        service: Service,
        changed: &[(&str, &str)],
    ) -> anyhow::Result<Process> {
        let mut program =
            self.programs.get(&service).context("every service has a program")?.clone();
        for (name, value) in changed {
            program.environment.retain(|(known, _)| known != name);
            program.environment.push(((*name).to_owned(), value.into()));
        }
        program.log.set_file_name(format!("{}-beside.log", service.name()));
        Process::start(&program)
    }

    /// Sets a variable of a service's environment; it is in force from the next launch on.
    pub fn configure(
        &mut self,
        service: Service,
        name: &str,
        value: impl Into<OsString>,
    ) -> anyhow::Result<()> {
        let program = self.programs.get_mut(&service).context("every service has a program")?;
        program.environment.retain(|(known, _)| known != name);
        program.environment.push((name.to_owned(), value.into()));
        Ok(())
    }

    /// Stops a service politely.
    pub fn halt(&mut self, service: Service) {
        self.processes.remove(&service);
    }

    /// Waits until ingress, all that it depends on and the runner are ready; an early end of a process is reported with its log.
    pub async fn wait_until_ready(&self) -> anyhow::Result<()> {
        let (rest, forge) = (Rest::new(&self.ports.ingress_url(), None)?, self.forge()?);
        let deadline = tokio::time::Instant::now() + READY_WITHIN;
        loop {
            let forge = forge.health().await;
            let ingress = rest.get("/readyz").await;
            // Ingress is ready without a runner, and says beside it how the runner is.
            let all_ready = ingress
                .as_ref()
                .is_ok_and(|answer| answer.status == 200 && answer.body["runner"] == "ready");
            if forge.is_ok() && all_ready {
                return Ok(());
            }
            if let Some((service, process)) =
                self.processes.iter().find(|(_, process)| !process.is_running())
            {
                bail!("{} ended early; its log ends with:\n{}", service.name(), process.tail(15));
            }
            if tokio::time::Instant::now() > deadline {
                let said = ingress.map_or_else(|error| format!("{error:#}"), |answer| answer.text);
                bail!(
                    "not ready within {} s; ingress says: {said}; logs are in {}",
                    READY_WITHIN.as_secs(),
                    self.logs.display()
                );
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Stops everything, the edges first; says which services did not end by themselves.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let mut stubborn = Vec::new();
        for service in Service::ALL.into_iter().rev() {
            if let Some(mut process) = self.processes.remove(&service)
                && !process.stop()?
            {
                stubborn.push(service.name());
            }
        }
        if stubborn.is_empty() { Ok(()) } else { bail!("{} had to be killed", stubborn.join(", ")) }
    }
}
