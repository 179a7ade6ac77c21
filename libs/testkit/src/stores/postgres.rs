//! A private PostgreSQL cluster. It knows no schema.

use std::ffi::OsString;

use tokio_postgres::{Client, NoTls};

use super::{
    StartOptions, StoreError, binaries,
    folder::Folder,
    guard::{Plan, quoted},
    server::{Server, on_some_port, password},
};

const USER: &str = "pullwright";

/// What a test gives up for speed: nothing written survives a power cut.
const NOT_DURABLE: [(&str, &str); 3] =
    [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")];

/// After a crash one call per file system instead of one per file, of which there are thousands.
const RECOVERS_SOON: (&str, &str) = ("recovery_init_sync_method", "syncfs");

/// A private PostgreSQL cluster that ends with this value; user `pullwright`, a password of its own.
#[derive(Debug)]
pub struct Postgres {
    server: Server,
    port: u16,
    password: String,
}

impl Postgres {
    /// Makes a cluster, starts its server and waits until it takes connections: half a second on an idle machine.
    pub async fn start(options: StartOptions) -> Result<Self, StoreError> {
        on_some_port(options.port, |port| Self::start_on(port, options.clone())).await
    }

    /// The connection URL of a database of this cluster; `postgres` always exists.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process id of the server's first process, as of its last start.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    /// Creates an empty database.
    pub async fn create_database(&self, name: &str) -> Result<(), StoreError> {
        self.execute("create a database", &format!("CREATE DATABASE {}", identifier(name))).await
    }

    /// Creates a database as a copy of `template`, to which nobody may be connected.
    pub async fn copy_database(&self, template: &str, name: &str) -> Result<(), StoreError> {
        let (name, template) = (identifier(name), identifier(template));
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        self.execute("copy a template database", &sql).await
    }

    /// Kills the server as a crash would; its port and data stay for [`Self::restart`].
    pub async fn kill9(&self) -> Result<(), StoreError> {
        self.server.kill().await
    }

    /// Stops the server and cuts off its clients; its port and data stay for [`Self::restart`].
    pub async fn stop(&self) -> Result<(), StoreError> {
        self.server.stop().await
    }

    /// Starts the server again on the same port and data, after stopping it if it runs.
    pub async fn restart(&self) -> Result<(), StoreError> {
        self.server.stop().await?;
        self.up().await
    }

    async fn start_on(port: u16, options: StartOptions) -> Result<Self, StoreError> {
        let password = password();
        let secret = password.clone();
        let server =
            Server::post("pw-pg-", move |folder| plan(folder, port, &secret, &options)).await?;
        let postgres = Self { server, port, password };
        postgres.up().await?;
        Ok(postgres)
    }

    async fn up(&self) -> Result<(), StoreError> {
        self.server.start(|| async { self.connect().await.is_ok() }).await
    }

    async fn execute(&self, doing: &'static str, sql: &str) -> Result<(), StoreError> {
        let refused = |source| StoreError::Database { doing, source };
        let client = self.connect().await.map_err(refused)?;
        client.batch_execute(sql).await.map_err(refused)
    }

    /// A connection of its own each time: one that is kept would end with the runtime of the test that made it.
    async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::connect(&self.url("postgres"), NoTls).await?;
        // Its error reaches the client's next call as well.
        tokio::spawn(async move { connection.await.ok() });
        Ok(client)
    }
}

fn plan(
    folder: &Folder,
    port: u16,
    password: &str,
    options: &StartOptions,
) -> Result<Plan, StoreError> {
    let programs = binaries::postgres()?;
    let data = folder.path().join("data");
    let password_file = folder.write("password", password)?;
    let prepare = format!(
        "{} -D {} -U {USER} -A scram-sha-256 --pwfile={} -E UTF8 --locale=C --no-sync >/dev/null && rm -f {}",
        quoted(programs.join("initdb")),
        quoted(&data),
        quoted(&password_file),
        quoted(&password_file),
    );

    let mut command: Vec<OsString> = vec![programs.join("postgres").into(), "-D".into()];
    command.extend([data.into(), "-p".into(), port.to_string().into()]);
    command.extend(["-k".into(), folder.path().into()]);
    let ours = [("listen_addresses", "127.0.0.1"), ("max_connections", "300"), ("timezone", "UTC")];
    let fast = NOT_DURABLE.iter().filter(|_| !options.durable);
    // Only Linux has the call.
    let soon = cfg!(target_os = "linux").then_some(&RECOVERS_SOON);
    let given = options.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in ours.iter().chain(fast).chain(soon).copied().chain(given) {
        command.extend(["-c".into(), format!("{name}={value}").into()]);
    }
    Ok(Plan { server: "PostgreSQL", polite: "INT", prepare, command })
}

/// Quotes a name for SQL.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
