//! Fills a ledger, and looks up where its pages begin.

use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use pullwright_pg::{Client, Pool, Queries as _};
use pullwright_rpc::list::{Cursor, Value};
use uuid::Uuid;

use super::cases::{Case, List};

/// How often the tables are vacuumed, and how often it is asked whether the totals are folded, before the measurement gives up.
const TRIES: usize = 60;

/// Writes `rows` proposals and what belongs to them, leaves the table as autovacuum does, and then changes a few.
pub(super) async fn fill(pool: &Pool, rows: i64) -> anyhow::Result<()> {
    const SQL: &str = include_str!("fill.sql");
    // Fewer than what makes autovacuum come again, and as many as may stay unfolded: lists must be fast before either.
    const CHURN: &str = "
        UPDATE proposals
        SET pr_updated_at = now()
        WHERE pr_number % 100 = 0;
        UPDATE proposals
        SET status = 'rejected'
        WHERE id IN (SELECT id FROM proposals WHERE status = 'pending' ORDER BY id LIMIT 250)";
    let client = pool.client().await?;
    client.batch_execute(SQL).await.context("make the functions that fill")?;
    client.execute("SELECT bench_fill($1)", &[&rows]).await.context("fill")?;
    folded(&client).await?;
    client.batch_execute("ANALYZE").await?;
    vacuum(&client).await?;
    client.batch_execute(CHURN).await?;
    Ok(())
}

/// Waits until the ledger has folded the changes of its totals.
async fn folded(client: &Client) -> anyhow::Result<()> {
    const LEFT: &str = "SELECT count(*) AS n FROM list_total_changes";
    for _ in 0..TRIES {
        if client.query_one(LEFT, &[]).await?.get::<_, i64>("n") == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    anyhow::bail!("the ledger does not fold its totals")
}

/// Vacuums until rows can be counted from indexes alone; a transaction that looks elsewhere may put that off.
async fn vacuum(client: &Client) -> anyhow::Result<()> {
    const LEFT: &str = "
        SELECT sum(relpages - relallvisible) AS n
        FROM pg_class
        WHERE relname IN ('proposals', 'studies', 'events', 'live_proposals', 'list_total_changes')";
    for _ in 0..TRIES {
        client.batch_execute("VACUUM").await?;
        if client.query_one(LEFT, &[]).await?.get::<_, i64>("n") == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    anyhow::bail!("the tables do not become visible to everybody; does a transaction stay open?")
}

/// Values that the filters name.
pub(super) struct Named {
    pub(super) cluster: Uuid,
    pub(super) template: Uuid,
    pub(super) repository: Uuid,
    pub(super) study: Uuid,
    pub(super) since: Timestamp,
    pub(super) busy: Uuid,
}

/// Picks the values that most rows have.
pub(super) async fn named(pool: &Pool) -> anyhow::Result<Named> {
    const SQL: &str = "
        SELECT mode() WITHIN GROUP (ORDER BY cluster_id) AS cluster,
               mode() WITHIN GROUP (ORDER BY template_id) AS template,
               mode() WITHIN GROUP (ORDER BY config_repo_id) AS repository,
               (SELECT study_id FROM proposals WHERE study_id IS NOT NULL AND status = 'pending' LIMIT 1) AS study,
               (SELECT created_at FROM proposals ORDER BY created_at OFFSET 5000 LIMIT 1) AS since,
               (SELECT proposal_id FROM events GROUP BY proposal_id ORDER BY count(*) DESC LIMIT 1) AS busy
        FROM proposals";
    let row = pool.client().await?.query_one(SQL, &[]).await?;
    Ok(Named {
        cluster: row.get("cluster"),
        template: row.get("template"),
        repository: row.get("repository"),
        study: row.get("study"),
        since: row.get("since"),
        busy: row.get("busy"),
    })
}

/// Where a page begins.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its token; empty for the first page.
    pub(super) token: String,
    /// How many rows come before it.
    pub(super) skipped: i64,
    /// How many there are, counted by PostgreSQL.
    pub(super) total: i64,
}

/// The place of the page that begins after `share` of the rows of a case.
pub(super) async fn place(client: &Client, case: &Case, share: f64) -> anyhow::Result<Place> {
    let (table, condition) = (case.list.table(), &case.condition);
    let total: i64 = client
        .query_one(&format!("SELECT count(*) AS n FROM {table} WHERE {condition}"), &[])
        .await?
        .get("n");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a share of some thousands"
    )]
    let skipped = (total as f64 * share) as i64;
    if skipped == 0 {
        return Ok(Place { token: String::new(), skipped, total });
    }
    let (key, by) = (case.key(), case.order_sql());
    let sql = format!(
        "SELECT {key} AS key, id FROM {table} WHERE {condition} ORDER BY {by} OFFSET {skipped} - 1 LIMIT 1"
    );
    let row = client.query_one(&sql, &[]).await?;
    if let List::Events(_) = case.list {
        let token = Cursor::new(None, Value::Number(row.get("id"))).token();
        return Ok(Place { token, skipped, total });
    }
    let value = match key {
        "created_at" => Some(Value::Time(row.get("key"))),
        _ => row.get::<_, Option<String>>("key").map(Value::Text),
    };
    let token = Cursor::new(value, Value::Id(row.get("id"))).token();
    Ok(Place { token, skipped, total })
}
