//! Webhooks: signed deliveries of GitHub's published examples, over kept connections, to real processes on a durable PostgreSQL.
//!
//! Half of the deliveries close or reopen the pull request of a proposal. In the same run, as a baseline, what PostgreSQL takes at one
//! `INSERT` and one commit per delivery. At the end every row is counted, and bodies are compared with what was sent.

mod baseline;
mod check;
mod client;
mod examples;
mod fill;
mod load;
mod report;
mod rotation;
mod server;
mod template;
mod usage;

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicU64, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use pullwright_harness::{Service, Stack, StackOptions, WireOptions, Wired};
use pullwright_pg::{Pool, Queries as _, Settings};

use baseline::Baseline;
use examples::About;
use load::{Sender, Until};
use report::{Memory, Point, Report};
use rotation::Rotation;
use usage::Watched;

/// The load that GitHub is thought to send at worst.
const STEADY_PER_SECOND: u32 = 1_000;
/// More than are ever busy at that load.
const STEADY_CONNECTIONS: usize = 64;
/// How many deliveries lie between two looks at the memory.
const LOOK_EVERY: u64 = 25_000;

/// How the measurement of webhooks goes.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    /// How long each load of webhooks lasts, in seconds; the steady one lasts three times as long.
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u64,
    /// Over how many deliveries the memory is watched; 0 leaves that out.
    #[arg(long, env = "DELIVERIES", default_value_t = 500_000)]
    pub(crate) deliveries: u64,
    /// How many proposals have an open pull request that deliveries close and reopen.
    #[arg(long, default_value_t = 4_000)]
    pub(crate) pull_requests: u64,
    /// On how many connections deliveries come in, one load after the other.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 32])]
    pub(crate) connections: Vec<usize>,
    /// GitHub's published examples, as `deploy/local/webhooks-examples.sh` leaves them.
    #[arg(long, default_value = examples::FILE)]
    pub(crate) examples: PathBuf,
}

pub(crate) async fn run(folder: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let logs = folder.join("webhooks-logs");
    if logs.exists() {
        std::fs::remove_dir_all(&logs).context("remove the logs of the run before")?;
    }
    println!("webhooks: starting the stack");
    let mut stack = Stack::start(StackOptions { durable: true, ..StackOptions::new(logs) }).await?;
    let wired = stack.wire(WireOptions { webhook: false, ..WireOptions::new("bench") }).await?;
    let bench = Bench::new(&mut stack, &wired, arguments).await?;
    let report = bench.measure(&stack, arguments).await?;
    report.print();
    report.write(&folder.join("webhooks.json"))?;
    tokio::task::spawn_blocking(move || stack.stop()).await??;
    ensure!(report.checked.violations.is_empty(), "the ledger does not hold what was sent");
    Ok(())
}

struct Bench {
    pool: Pool,
    sender: Sender,
    baseline: Baseline,
    watched: Vec<Watched>,
}

impl Bench {
    async fn new(stack: &mut Stack, wired: &Wired, arguments: &Arguments) -> anyhow::Result<Self> {
        let about = about(stack, wired).await?;
        // Nothing but what a delivery needs: neither of them has a part in it.
        stack.halt(Service::Runner);
        stack.halt(Service::Forge);
        let url = stack.postgres.url("pullwright_proposal");
        let pool = Pool::connect(&Settings {
            pool_size: NonZeroUsize::MIN,
            statement_timeout: Duration::from_mins(2),
            acquire_timeout: Duration::from_mins(1),
            ..Settings::new(url.clone(), "bench")
        })?;
        fill::fill(&pool, wired, &about.web, arguments.pull_requests).await?;
        println!("webhooks: making PostgreSQL's log");
        server::settle(&pool).await?;
        let secret = std::fs::read_to_string(stack.secrets().join("bench-webhook"))
            .context("read the webhook secret")?;
        let examples = examples::read(&arguments.examples, &about)?;
        let rotation =
            Arc::new(Rotation::new(examples, about, arguments.pull_requests, secret.trim())?);
        let baseline = Baseline::new(url, &rotation).await?;
        let pid = |service| {
            stack
                .process(service)
                .map(pullwright_harness::Process::pid)
                .context("a running process")
        };
        let watched = vec![
            Watched::one("ingress", pid(Service::Ingress)?),
            Watched::one("proposal", pid(Service::Proposal)?),
            Watched::family("postgres", i32::try_from(stack.postgres.pid())?),
            Watched::one("client", i32::try_from(std::process::id())?),
        ];
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, stack.ports.ingress));
        let sender = Sender { address, rotation, next: Arc::new(AtomicU64::new(0)) };
        Ok(Self { pool, sender, baseline, watched })
    }

    async fn measure(&self, stack: &Stack, arguments: &Arguments) -> anyhow::Result<Report> {
        let time = Duration::from_secs(arguments.seconds);
        println!("webhooks: {} examples, each once in rotation", self.sender.rotation.examples());
        // Fills caches and pools; it is not counted.
        self.sender.closed_loop(8, Until::Passed(Duration::from_secs(2))).await?;
        let mut points = Vec::new();
        for &connections in &arguments.connections {
            points.push(self.point(true, connections, time).await?);
        }
        println!("webhooks: {STEADY_PER_SECOND} a second");
        let steady = self.sender.open_loop(STEADY_CONNECTIONS, STEADY_PER_SECOND, time * 3).await?;
        self.commit_durably(stack, false).await?;
        for &connections in &arguments.connections {
            points.push(self.point(false, connections, time).await?);
        }
        self.commit_durably(stack, true).await?;
        let memory = self.memory(arguments.deliveries).await?;
        println!("webhooks: looking whether everything is there");
        let sent = self.sender.next.load(Relaxed);
        let checked = check::check(&self.pool, &self.sender.rotation, sent).await?;
        Ok(Report { points, steady, memory, checked, seconds: arguments.seconds })
    }

    /// As fast as the answers come; then the baseline on as many connections.
    async fn point(
        &self,
        durable: bool,
        connections: usize,
        time: Duration,
    ) -> anyhow::Result<Point> {
        println!(
            "webhooks: {connections} connections, synchronous_commit {}",
            if durable { "on" } else { "off" }
        );
        let before = self.seconds()?;
        let measured = self.sender.closed_loop(connections, Until::Passed(time)).await?;
        let used = self.seconds()?.into_iter().zip(before).map(|(now, then)| now - then);
        let used = self.watched.iter().map(|one| one.name).zip(used).collect();
        let bare = self.baseline.measure(connections, time / 2).await?;
        Ok(Point { connections, durable, measured, bare, used })
    }

    fn seconds(&self) -> anyhow::Result<Vec<f64>> {
        self.watched.iter().map(Watched::seconds).collect()
    }

    /// In force for every connection that there is, at its next commit.
    async fn commit_durably(&self, stack: &Stack, durable: bool) -> anyhow::Result<()> {
        let on = if durable { "on" } else { "off" };
        let client = self.pool.client().await?;
        client.batch_execute(&format!("ALTER SYSTEM SET synchronous_commit = {on}")).await?;
        client.batch_execute("SELECT pg_reload_conf()").await?;
        let url = stack.postgres.url("pullwright_proposal");
        let other = Pool::connect(&Settings::new(url, "bench"))?;
        for _ in 0..100 {
            let row = other.client().await?.query_one("SHOW synchronous_commit", &[]).await?;
            if row.get::<_, String>(0) == on {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::bail!("PostgreSQL does not take synchronous_commit = {on}")
    }

    /// Looks at the memory while very many deliveries come in.
    async fn memory(&self, deliveries: u64) -> anyhow::Result<Memory> {
        let mut memory = Memory::default();
        let started = Instant::now();
        let mut sent = 0;
        while sent < deliveries {
            let some = LOOK_EVERY.min(deliveries - sent);
            let measured = self.sender.closed_loop(32, Until::Sent(some)).await?;
            sent += measured.sent();
            let megabytes = self.watched[..2]
                .iter()
                .map(|one| Ok((one.name, one.megabytes()?)))
                .collect::<anyhow::Result<Vec<_>>>()?;
            println!("webhooks: {}", report::look(sent, deliveries, &measured, &megabytes));
            memory.looks.push((sent, megabytes));
        }
        memory.took = started.elapsed();
        Ok(memory)
    }
}

/// The repository as GitHub would name it in a delivery.
async fn about(stack: &Stack, wired: &Wired) -> anyhow::Result<About> {
    let all = stack.forge()?.repositories().await.context("list the forge's repositories")?;
    let found = all
        .into_iter()
        .find(|repository| format!("{}/{}", repository.owner, repository.name) == wired.repository);
    let github_id = found.context("the repository that was just made")?.id;
    Ok(About { full_name: wired.repository.clone(), github_id, web: stack.ports.forge_url() })
}
