//! Looking after what is kept: what may go, and how much there is.

use std::time::Duration;

use super::outcome;
use crate::{domain::delivery::Outcome, error::Result, store::Queries};

/// How many deliveries ended so, and how long the oldest of them waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Age {
    /// In a word.
    pub outcome: Outcome,
    /// How many there are.
    pub rows: i64,
    /// How long ago the oldest came in, of those that are not applied: failed and parked ones.
    pub oldest: Option<Duration>,
}

/// Removes deliveries that came in longer ago than `retention`, the oldest first, but none that is to be tried again: at most `most`, and as many
/// of those whose repository never was registered. Gives how many.
///
/// # Errors
/// The database refused.
pub async fn forget(client: &impl Queries, retention: Duration, most: i64) -> Result<u64> {
    const SQL: &str = "
        DELETE FROM deliveries
        WHERE id = ANY (ARRAY(
            SELECT id
            FROM deliveries
            WHERE received_at < now() - $1::float8 * interval '1 s'
              AND outcome <> 'parked'
              AND next_attempt_at IS NULL
            ORDER BY received_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ) || ARRAY(
            SELECT id
            FROM deliveries
            WHERE received_at < now() - $1::float8 * interval '1 s'
              AND outcome = 'parked'
              AND next_attempt_at IS NULL
            ORDER BY received_at
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ))";
    Ok(client.execute(SQL, &[&retention.as_secs_f64(), &most]).await?)
}

/// Folds the changes of the totals; totals are exact before, while and after.
///
/// # Errors
/// The database refused.
pub async fn fold(client: &impl Queries) -> Result<()> {
    // So few are added up by who reads.
    const FEW: i64 = 500;
    const SQL: &str = "
        SELECT CASE
            WHEN EXISTS (SELECT FROM delivery_total_changes OFFSET $1) THEN fold_delivery_totals()
        END";
    client.query_one(SQL, &[&FEW]).await?;
    Ok(())
}

/// How many deliveries there are by outcome, in one statement that reads no delivery but the oldest that are not applied.
///
/// # Errors
/// The database refused.
pub async fn counts(client: &impl Queries) -> Result<Vec<Age>> {
    const SQL: &str = "
        SELECT outcome,
               sum(rows)::bigint AS rows,
               CASE WHEN outcome IN ('failed', 'parked') THEN (
                   SELECT GREATEST(EXTRACT(EPOCH FROM now() - min(received_at)), 0)::float8
                   FROM deliveries
                   WHERE deliveries.outcome = counted.outcome
               ) END AS oldest
        FROM (
            SELECT outcome, rows FROM delivery_totals
            UNION ALL
            SELECT outcome, rows FROM delivery_total_changes
        ) AS counted
        GROUP BY outcome
        ORDER BY outcome";
    let rows = client.query(SQL, &[]).await?;
    rows.iter()
        .map(|row| {
            let oldest = row.get::<_, Option<f64>>("oldest");
            Ok(Age {
                outcome: outcome(row.get("outcome"))?,
                rows: row.get("rows"),
                oldest: oldest.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            })
        })
        .collect()
}
