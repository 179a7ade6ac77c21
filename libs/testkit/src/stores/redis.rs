//! A private Redis (or Valkey) server. It knows no key.

use std::{fmt::Write as _, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{
    StartOptions, StoreError, binaries,
    folder::Folder,
    guard::Plan,
    server::{Server, on_some_port, password},
};

/// The number of databases of a server: one per test of a process.
pub(super) const DATABASES: u32 = 1024;

const PONG_WITHIN: Duration = Duration::from_secs(1);

/// A private Redis server that ends with this value; a password of its own, nothing written to disk unless durable.
#[derive(Debug)]
pub struct Redis {
    server: Server,
    port: u16,
    password: String,
}

impl Redis {
    /// Starts a server and waits until it answers.
    pub async fn start(options: StartOptions) -> Result<Self, StoreError> {
        on_some_port(options.port, |port| Self::start_on(port, options.clone())).await
    }

    /// The connection URL of database 0.
    pub fn url(&self) -> String {
        self.url_of(0)
    }

    /// The connection URL of one of the 1024 databases.
    pub fn url_of(&self, database: u32) -> String {
        format!("redis://:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's process id, as of its last start.
    pub fn pid(&self) -> u32 {
        self.server.pid()
    }

    /// Kills the server as a crash would; what was not durable is gone.
    pub async fn kill9(&self) -> Result<(), StoreError> {
        self.server.kill().await
    }

    /// Stops the server.
    pub async fn stop(&self) -> Result<(), StoreError> {
        self.server.stop().await
    }

    /// Starts the server again on the same port, after stopping it if it runs; empty unless durable.
    pub async fn restart(&self) -> Result<(), StoreError> {
        self.server.stop().await?;
        self.up().await
    }

    /// Freezes the server: connections stay open and nothing is answered, as when a machine hangs.
    pub async fn freeze(&self) -> Result<(), StoreError> {
        self.server.signal("STOP").await
    }

    /// Lets a frozen server go on.
    pub async fn thaw(&self) -> Result<(), StoreError> {
        self.server.signal("CONT").await
    }

    async fn start_on(port: u16, options: StartOptions) -> Result<Self, StoreError> {
        let password = password();
        let secret = password.clone();
        let server =
            Server::post("pw-redis-", move |folder| plan(folder, port, &secret, &options)).await?;
        let redis = Self { server, port, password };
        redis.up().await?;
        Ok(redis)
    }

    async fn up(&self) -> Result<(), StoreError> {
        self.server.start(|| async { self.ping().await.is_ok_and(|pong| pong) }).await
    }

    /// Speaks the inline form of the protocol, which needs no client library.
    async fn ping(&self) -> std::io::Result<bool> {
        let exchange = async {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
            stream.write_all(format!("AUTH {}\r\nPING\r\n", self.password).as_bytes()).await?;
            let mut answer = [0; b"+OK\r\n+PONG\r\n".len()];
            stream.read_exact(&mut answer).await?;
            Ok(answer.ends_with(b"+PONG\r\n"))
        };
        timeout(PONG_WITHIN, exchange).await?
    }
}

fn plan(
    folder: &Folder,
    port: u16,
    password: &str,
    options: &StartOptions,
) -> Result<Plan, StoreError> {
    let program = binaries::redis()?;
    let append_only = if options.durable { "yes" } else { "no" };
    // A file, not arguments: those can be read by every user of the machine.
    let mut settings = format!(
        "bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir \"{}\"\ndatabases {DATABASES}\n\
         save \"\"\nappendonly {append_only}\nappendfsync always\n",
        folder.path().display(),
    );
    for (name, value) in &options.settings {
        writeln!(settings, "{name} {value}").expect("a String takes everything");
    }
    let file = folder.write("redis.conf", &settings)?;
    let command = vec![program.into(), file.into()];
    Ok(Plan { server: "Redis", polite: "TERM", prepare: String::new(), command })
}
