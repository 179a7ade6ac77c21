//! Rows of `webhook_secret_rotations`.

use std::time::Duration;

use pullwright_pg::{Queries, Row, Transaction};

use super::get;
use crate::error::Result;

/// A webhook secret that came in a while ago, when the one before it is still taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The secret's name.
    pub secret: String,
    /// Which version of it came in.
    pub version: String,
    /// Whether the one before it was taken for long enough.
    pub is_over: bool,
}

/// Writes that this version of a secret comes in now, and that the one before it is taken for `overlap` at least.
pub async fn begin(
    tx: &Transaction<'_>,
    secret: &str,
    version: &str,
    overlap: Duration,
) -> Result<()> {
    const SQL: &str = "
        INSERT INTO webhook_secret_rotations (secret, version, previous_until)
        VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
        ON CONFLICT (secret) DO UPDATE
        SET version = excluded.version, previous_until = excluded.previous_until";
    tx.execute(SQL, &[&secret, &version, &overlap.as_secs_f64()]).await?;
    Ok(())
}

/// All rotations that nobody has in hand.
pub async fn all(client: &impl Queries) -> Result<Vec<Rotation>> {
    const SQL: &str = "
        SELECT secret, version, previous_until <= clock_timestamp() AS is_over
        FROM webhook_secret_rotations
        ORDER BY secret";
    client.query(SQL, &[]).await?.iter().map(from_row).collect()
}

/// The rotation of a secret, which nobody else changes before the transaction ends.
pub async fn lock(tx: &Transaction<'_>, secret: &str) -> Result<Option<Rotation>> {
    const SQL: &str = "
        SELECT secret, version, previous_until <= clock_timestamp() AS is_over
        FROM webhook_secret_rotations
        WHERE secret = $1
        FOR UPDATE";
    tx.query_opt(SQL, &[&secret]).await?.as_ref().map(from_row).transpose()
}

/// Writes that another version is the one that came in: somebody changed the file.
pub async fn set_version(tx: &Transaction<'_>, secret: &str, version: &str) -> Result<()> {
    const SQL: &str = "
        UPDATE webhook_secret_rotations
        SET version = $2
        WHERE secret = $1";
    tx.execute(SQL, &[&secret, &version]).await?;
    Ok(())
}

/// Removes a rotation that has ended.
pub async fn end(tx: &Transaction<'_>, secret: &str) -> Result<()> {
    const SQL: &str = "
        DELETE FROM webhook_secret_rotations
        WHERE secret = $1";
    tx.execute(SQL, &[&secret]).await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<Rotation> {
    Ok(Rotation {
        secret: get(row, "secret")?,
        version: get(row, "version")?,
        is_over: get(row, "is_over")?,
    })
}
