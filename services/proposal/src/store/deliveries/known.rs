//! Looking whether deliveries were recorded before, under the same id or another. One lookup in an index each, however large or new the
//! table is.

use std::collections::HashMap;

use pullwright_pg::Row;
use uuid::Uuid;

use super::{End, NewDelivery, outcome};
use crate::{
    error::Result,
    store::{Queries as _, Transaction},
};

/// A delivery that was recorded before.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its row.
    pub id: Uuid,
    /// The hash of its body.
    pub body_sha256: Vec<u8>,
    /// What came of it.
    pub end: End,
}

/// Has the statements of this transaction look rows up by their keys, by plans that are kept. A plan that was made while the tables were small
/// reads them whole, and is kept while they grow; one that is made for each group costs more than what it plans.
///
/// # Errors
/// The database refused.
pub async fn look_up(tx: &Transaction<'_>) -> Result<()> {
    const SQL: &str =
        "SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan";
    Ok(tx.batch_execute(SQL).await?)
}

/// What [`known`] asks.
pub const KNOWN: &str = "
    SELECT given.place, found.*
    FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS given (guid, owner_id, place)
    CROSS JOIN LATERAL (
        SELECT id, body_sha256, outcome, proposal_id
        FROM deliveries
        WHERE guid = given.guid AND owner_id = given.owner_id
        LIMIT 1
    ) AS found";

/// Those that were recorded under the same id, by their places.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn known(
    tx: &Transaction<'_>,
    deliveries: &[NewDelivery],
) -> Result<HashMap<usize, Known>> {
    let guids: Vec<_> = deliveries.iter().map(|delivery| &delivery.guid).collect();
    let owners: Vec<_> = deliveries.iter().map(|delivery| delivery.owner_id).collect();
    tx.query(KNOWN, &[&guids, &owners]).await?.iter().map(from_row).collect()
}

/// What [`twins`] asks. By the content alone, whose index is the only one that helps: while the table is new, that of all deliveries of an event
/// seems as good, and a plan that reads them all is kept.
pub const TWINS: &str = "
    SELECT given.place, found.*
    FROM unnest($1::bytea[], $2::uuid[], $3::text[]) WITH ORDINALITY AS given (body_sha256, owner_id, event, place)
    CROSS JOIN LATERAL (
        SELECT id, body_sha256, outcome, proposal_id
        FROM (
            SELECT id, body_sha256, event, outcome, proposal_id, recorded_at
            FROM deliveries
            WHERE body_sha256 = given.body_sha256 AND owner_id = given.owner_id AND duplicate_of IS NULL
            OFFSET 0
        ) AS alike
        WHERE event = given.event AND outcome <> 'failed'
        ORDER BY recorded_at, id
        LIMIT 1
    ) AS found";

/// The first ones of the same owner, event and body that did not fail, by their places.
///
/// # Errors
/// The database refused, or a row is unreadable.
pub async fn twins(
    tx: &Transaction<'_>,
    deliveries: &[NewDelivery],
) -> Result<HashMap<usize, Known>> {
    let hashes: Vec<_> = deliveries.iter().map(|delivery| &delivery.body_sha256[..]).collect();
    let owners: Vec<_> = deliveries.iter().map(|delivery| delivery.owner_id).collect();
    let events: Vec<_> = deliveries.iter().map(|delivery| &delivery.event).collect();
    tx.query(TWINS, &[&hashes, &owners, &events]).await?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<(usize, Known)> {
    let place = usize::try_from(row.get::<_, i64>("place") - 1).unwrap_or_default();
    let end = End { outcome: outcome(row.get("outcome"))?, proposal_id: row.get("proposal_id") };
    Ok((place, Known { id: row.get("id"), body_sha256: row.get("body_sha256"), end }))
}
