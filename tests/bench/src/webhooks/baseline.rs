//! What PostgreSQL itself takes: one `INSERT` of a compressed body and one commit per delivery, on as many connections; nothing is
//! received, verified, read or applied.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::Context as _;
use jiff::Timestamp;
use pullwright_pg::{Pool, Queries as _, Settings, types::Json};
use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

use super::rotation::Rotation;

/// How the report calls it.
pub(super) const NAME: &str = "one INSERT and one commit each";

const TABLE: &str = "
    CREATE TABLE bench_bare (
        id          uuid PRIMARY KEY,
        guid        text NOT NULL UNIQUE,
        event       text NOT NULL,
        headers     jsonb NOT NULL,
        body        bytea NOT NULL,
        body_sha256 bytea NOT NULL,
        received_at timestamptz NOT NULL
    )";
const INSERT: &str = "
    INSERT INTO bench_bare (id, guid, event, headers, body, body_sha256, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// A table of its own, and bodies that are compressed beforehand.
pub(super) struct Baseline {
    url: String,
    bodies: Arc<Vec<Vec<u8>>>,
    next: Arc<AtomicU64>,
}

impl Baseline {
    pub(super) async fn new(url: String, rotation: &Rotation) -> anyhow::Result<Self> {
        let mut bodies = Vec::new();
        for serial in 0..u64::try_from(rotation.examples() * 2)? {
            bodies.push(zstd::encode_all(&rotation.request(serial).body()[..], 1)?);
        }
        let pool = Pool::connect(&settings(&url, NonZeroUsize::MIN))?;
        pool.client().await?.batch_execute(TABLE).await.context("make the baseline's table")?;
        Ok(Self { url, bodies: Arc::new(bodies), next: Arc::default() })
    }

    /// Rows a second on so many connections.
    pub(super) async fn measure(&self, connections: usize, time: Duration) -> anyhow::Result<f64> {
        let size = NonZeroUsize::new(connections).context("no connections")?;
        let pool = Pool::connect(&settings(&self.url, size))?;
        let mut clients = Vec::new();
        for _ in 0..connections {
            clients.push(pool.client().await?);
        }
        let (first, started) = (self.next.load(Relaxed), Instant::now());
        let mut tasks = tokio::task::JoinSet::new();
        for client in clients {
            let (bodies, next) = (self.bodies.clone(), self.next.clone());
            tasks.spawn(async move {
                while started.elapsed() < time {
                    let serial = next.fetch_add(1, Relaxed);
                    let body = &bodies[usize::try_from(serial)? % bodies.len()];
                    client
                        .execute(
                            INSERT,
                            &[
                                &Uuid::now_v7(),
                                &Rotation::guid(serial),
                                &"pull_request",
                                &Json(json!({"x-github-event": "pull_request", "user-agent": "GitHub-Hookshot/bench"})),
                                body,
                                &&[0_u8; 32][..],
                                &Timestamp::UNIX_EPOCH,
                            ],
                        )
                        .await?;
                }
                anyhow::Ok(())
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.context("a connection's task")??;
        }
        let rows = self.next.load(Relaxed) - first;
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
        Ok(rows as f64 / started.elapsed().as_secs_f64())
    }
}

fn settings(url: &str, pool_size: NonZeroUsize) -> Settings {
    // A disk that is busy with what was measured before is waited for.
    let patience = Duration::from_mins(1);
    Settings {
        pool_size,
        statement_timeout: patience,
        acquire_timeout: patience,
        ..Settings::new(url.to_owned(), "bench-bare")
    }
}
