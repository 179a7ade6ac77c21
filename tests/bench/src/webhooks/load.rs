//! Sends deliveries: as fast as the answers come, or at a steady rate whatever the answers do.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::Context as _;
use tokio::time::Instant;

use super::{client::Connection, rotation::Rotation};
use crate::stats::Samples;

/// Where deliveries go, and which one is next.
#[derive(Clone)]
pub(super) struct Sender {
    pub(super) address: SocketAddr,
    pub(super) rotation: Arc<Rotation>,
    /// The next delivery's number.
    pub(super) next: Arc<AtomicU64>,
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    /// After so long.
    Passed(Duration),
    /// After so many in all, counted from the first of this run.
    Sent(u64),
}

/// What was measured.
#[derive(Default)]
pub(super) struct Measured {
    /// How many answers there were of each kind.
    pub(super) answers: BTreeMap<String, u64>,
    /// Milliseconds until the answer.
    pub(super) latency: Samples,
    /// Bytes of all bodies.
    pub(super) bytes: u64,
    pub(super) took: Duration,
}

impl Measured {
    /// How many were sent.
    pub(super) fn sent(&self) -> u64 {
        self.answers.values().sum()
    }

    /// How many were stored.
    pub(super) fn stored(&self) -> u64 {
        let is_stored = |(answer, _): &(&String, &u64)| !answer.starts_with(char::is_numeric);
        self.answers.iter().filter(is_stored).map(|(_, count)| count).sum()
    }

    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    pub(super) fn per_second(&self) -> f64 {
        self.stored() as f64 / self.took.as_secs_f64()
    }

    fn add(&mut self, other: Self) {
        for (answer, count) in other.answers {
            *self.answers.entry(answer).or_default() += count;
        }
        self.bytes += other.bytes;
        self.latency = Samples::pooled([&self.latency, &other.latency]);
    }
}

impl Sender {
    /// Sends on so many connections, each one delivery at a time.
    pub(super) async fn closed_loop(
        &self,
        connections: usize,
        until: Until,
    ) -> anyhow::Result<Measured> {
        let first = self.next.load(Relaxed);
        self.run(connections, move |sender, started| {
            let serial = sender.next.fetch_add(1, Relaxed);
            let goes_on = match until {
                Until::Passed(time) => started.elapsed() < time,
                Until::Sent(most) => serial < first + most,
            };
            if goes_on {
                return Some((serial, Instant::now()));
            }
            // Numbers have no gaps: what was not sent is given back by whoever comes last.
            sender.next.fetch_sub(1, Relaxed);
            None
        })
        .await
    }

    /// Sends `per_second` deliveries a second; latencies count from when each was meant to be sent.
    pub(super) async fn open_loop(
        &self,
        connections: usize,
        per_second: u32,
        time: Duration,
    ) -> anyhow::Result<Measured> {
        let first = self.next.load(Relaxed);
        let every = Duration::from_secs(1) / per_second;
        let most = u64::from(per_second) * time.as_secs();
        self.run(connections, move |sender, started| {
            let serial = sender.next.fetch_add(1, Relaxed);
            let turn = serial - first;
            if turn < most {
                return Some((serial, started + every * u32::try_from(turn).ok()?));
            }
            sender.next.fetch_sub(1, Relaxed);
            None
        })
        .await
    }

    /// Runs the connections on a thread of their own, so that the client takes as little from the two cores as it can.
    async fn run(
        &self,
        connections: usize,
        turn: impl Fn(&Self, Instant) -> Option<(u64, Instant)> + Copy + Send + 'static,
    ) -> anyhow::Result<Measured> {
        let sender = self.clone();
        tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async move {
                let mut open = Vec::new();
                for _ in 0..connections {
                    open.push(Connection::open(sender.address).await?);
                }
                let started = Instant::now();
                let mut tasks = tokio::task::JoinSet::new();
                for connection in open {
                    tasks.spawn(one(sender.clone(), connection, started, turn));
                }
                let mut measured = Measured::default();
                let mut ended = started;
                while let Some(done) = tasks.join_next().await {
                    let (other, at) = done.context("a connection's task")??;
                    measured.add(other);
                    ended = ended.max(at);
                }
                measured.took = ended - started;
                Ok(measured)
            })
        })
        .await?
    }
}

/// What one connection does.
async fn one(
    sender: Sender,
    mut connection: Connection,
    started: Instant,
    turn: impl Fn(&Sender, Instant) -> Option<(u64, Instant)>,
) -> anyhow::Result<(Measured, Instant)> {
    let mut measured = Measured::default();
    while let Some((serial, meant)) = turn(&sender, started) {
        let request = sender.rotation.request(serial);
        measured.bytes += u64::try_from(request.body_len())?;
        if meant > Instant::now() {
            tokio::time::sleep_until(meant).await;
        }
        let answer = connection.send(request).await?;
        measured.latency.add(meant.elapsed().as_secs_f64() * 1000.0);
        let kind = match answer.status {
            200 => answer.action,
            other => format!("{other} {}", answer.action),
        };
        *measured.answers.entry(kind).or_default() += 1;
    }
    Ok((measured, Instant::now()))
}
