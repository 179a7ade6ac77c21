//! Proposals with open pull requests, written into the ledger as it would have.

use anyhow::Context as _;
use pullwright_harness::Wired;
use pullwright_pg::{Pool, Queries as _};
use uuid::Uuid;

/// The number of the first pull request; the examples' own are smaller.
pub(super) const FIRST_NUMBER: u64 = 1_000_000;

/// Writes `pulls` proposals whose pull requests are at `page`.
pub(super) async fn fill(pool: &Pool, wired: &Wired, page: &str, pulls: u64) -> anyhow::Result<()> {
    const SQL: &str = include_str!("fill.sql");
    let client = pool.client().await?;
    client.batch_execute(SQL).await.context("make the function that fills")?;
    let id = |text: &str| Uuid::parse_str(text).context("an id");
    client
        .execute(
            "SELECT bench_pulls($1, $2, $3, $4, $5, $6)",
            &[
                &i64::try_from(pulls)?,
                &page,
                &FIRST_NUMBER.cast_signed(),
                &id(&wired.config_repo_id)?,
                &id(&wired.cluster_id)?,
                &id(&wired.template_id)?,
            ],
        )
        .await
        .context("fill")?;
    client.batch_execute("ANALYZE").await?;
    Ok(())
}
