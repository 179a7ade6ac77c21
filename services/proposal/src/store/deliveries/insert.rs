//! Writing deliveries, all of a group in one statement.

use pullwright_pg::types::Json;

use super::{Ended, NewDelivery};
use crate::{
    error::Result,
    store::{Queries as _, Transaction},
};

/// Writes deliveries with what came of them; they were tried once.
///
/// In the order of their keys, so that two groups that have some in common do not wait for each other.
///
/// # Errors
/// The database refused; one of them is there already.
pub async fn insert(tx: &Transaction<'_>, rows: &[(&NewDelivery, &Ended)]) -> Result<()> {
    const SQL: &str = "
        INSERT INTO deliveries (id, hook, owner_id, repository_id, host, repository_full_name, repository_github_id,
                                guid, event, action, headers, body, body_encoding, body_size, body_sha256, pull_request,
                                received_at, outcome, proposal_id, error, duplicate_of, attempts, next_attempt_at)
        SELECT id, hook, owner_id, repository_id, host, repository_full_name, repository_github_id,
               guid, event, action, headers, body, body_encoding, body_size, body_sha256, pull_request,
               received_at, outcome, proposal_id, error, duplicate_of, 1, now() + make_interval(secs => again_in)
        FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[],
                    $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::bytea[], $13::text[], $14::bigint[], $15::bytea[], $16::jsonb[],
                    $17::timestamptz[], $18::text[], $19::uuid[], $20::text[], $21::uuid[], $22::float8[])
             AS given (id, hook, owner_id, repository_id, host, repository_full_name, repository_github_id,
                       guid, event, action, headers, body, body_encoding, body_size, body_sha256, pull_request,
                       received_at, outcome, proposal_id, error, duplicate_of, again_in)";
    let mut rows = rows.to_vec();
    rows.sort_unstable_by_key(|(delivery, _)| (&delivery.guid, delivery.owner_id));
    macro_rules! column {
        ($given:pat => $value:expr) => {
            rows.iter().map(|$given| $value).collect::<Vec<_>>()
        };
    }
    tx.execute(
        SQL,
        &[
            &column!((d, _) => d.id),
            &column!((d, _) => d.hook.as_str()),
            &column!((d, _) => d.owner_id),
            &column!((d, _) => d.repository_id),
            &column!((d, _) => &d.host),
            &column!((d, _) => &d.repository_full_name),
            &column!((d, _) => d.repository_github_id),
            &column!((d, _) => &d.guid),
            &column!((d, _) => &d.event),
            &column!((d, _) => &d.action),
            &column!((d, _) => Json(&d.headers)),
            &column!((d, _) => &d.body[..]),
            &column!((d, _) => d.body_encoding.as_str()),
            &column!((d, _) => d.body_size),
            &column!((d, _) => &d.body_sha256[..]),
            &column!((d, _) => d.pull_request.as_ref().map(Json)),
            &column!((d, _) => d.received_at),
            &column!((_, e) => e.end.outcome.as_str()),
            &column!((_, e) => e.end.proposal_id),
            &column!((_, e) => e.error.as_deref()),
            &column!((_, e) => e.duplicate_of),
            &column!((_, e) => e.again_in),
        ],
    )
    .await?;
    Ok(())
}
