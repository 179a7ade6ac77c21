//! PostgreSQL as on a server that has run for days: the files of its log are there to be written again.
//!
//! A new cluster makes each file of 16 MiB when it is first needed, fills it with zeros and waits for the disk, and every commit waits with it.

use anyhow::Context as _;
use pullwright_pg::{Pool, Queries as _};

/// What an operator of a busy ledger sets (docs/OPERATIONS.md); how commits wait for the disk is left as it is.
pub(super) const SETTINGS: [(&str, &str); 4] = [
    ("min_wal_size", "2GB"),
    ("max_wal_size", "8GB"),
    ("checkpoint_timeout", "15min"),
    ("wal_compression", "on"),
];

/// How many files of the log are made beforehand: `min_wal_size`.
const FILES: usize = 128;

/// Sets it up so.
pub(super) async fn settle(pool: &Pool) -> anyhow::Result<()> {
    let client = pool.client().await?;
    for (name, value) in SETTINGS {
        let sql = format!("ALTER SYSTEM SET {name} = '{value}'");
        client.batch_execute(&sql).await.with_context(|| format!("set {name}"))?;
    }
    client.batch_execute("SELECT pg_reload_conf()").await?;
    for _ in 0..FILES {
        // A file in which nothing was written is not left.
        const SQL: &str =
            "SELECT pg_logical_emit_message(false, 'bench', 'a file'); SELECT pg_switch_wal()";
        client.batch_execute(SQL).await?;
    }
    // From now on they are used again.
    client.batch_execute("CHECKPOINT").await.context("write a checkpoint")
}
