//! The list of repositories that are looked after, with what went wrong last.

use jiff::Timestamp;
use pullwright_pg::{
    Queries, Row,
    listing::{Listing, Shown},
};
use pullwright_rpc::list::{Cursor, Direction, Field, Kind, List, Schema, Sort, Value};
use uuid::Uuid;

use super::{By, Listed, apply, argument, page};
use crate::error::Result;

/// What the list of watched repositories can be asked for.
pub const SCHEMA: Schema = Schema {
    fields: &[Field::equal("repository_id", Kind::Id)],
    sorts: &[Sort::by("full_name", Kind::Text)],
    default_direction: Direction::Ascending,
    id: Kind::Id,
    default_size: 50,
    most: 200,
};

const SHOWN: Shown = Shown {
    columns: "repositories.*, logs.checked_until, missing.missing, missing.lost, missing.refusal, watched.watched,
              hook.looked_at AS hook_at, hook.reason AS hook_reason, hook.message AS hook_message,
              gaps.reason AS gaps_reason, gaps.message AS gaps_message,
              pulls.looked_at AS pulls_at, pulls.reason AS pulls_reason, pulls.message AS pulls_message,
              sweep.looked_at AS sweep_at, sweep.reason AS sweep_reason, sweep.message AS sweep_message",
    joins: "LEFT JOIN looks AS hook ON hook.kind = 'register_webhook' AND hook.subject = repositories.id
            LEFT JOIN looks AS gaps ON gaps.kind = 'fill_delivery_gaps' AND gaps.subject = repositories.id
            LEFT JOIN looks AS pulls ON pulls.kind = 'reconcile_pull_requests' AND pulls.subject = repositories.id
            LEFT JOIN looks AS sweep ON sweep.kind = 'sweep_orphans' AND sweep.subject = repositories.id
            LEFT JOIN delivery_logs AS logs ON logs.owner_id = repositories.id
            LEFT JOIN LATERAL (
                SELECT count(*) FILTER (WHERE state = 'missing') AS missing,
                       count(*) FILTER (WHERE state = 'lost') AS lost,
                       (array_agg(refusal ORDER BY delivered_at DESC) FILTER (WHERE refusal IS NOT NULL))[1] AS refusal
                FROM logged_deliveries
                WHERE owner_id = repositories.id
            ) AS missing ON true
            LEFT JOIN LATERAL (
                SELECT count(*) AS watched
                FROM pull_request_watches
                WHERE repository_id = repositories.id
            ) AS watched ON true",
};

/// A repository that is looked after, and how the last looks ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedRepository {
    /// Its id.
    pub id: Uuid,
    /// Its full name, `owner/name`.
    pub full_name: String,
    /// The host's web address.
    pub host: String,
    /// GitHub's id of its hook; 0 when none is registered.
    pub webhook_id: i64,
    /// Its hook.
    pub hook: Looked,
    /// Until when its log of deliveries was read without a gap.
    pub checked_until: Option<Timestamp>,
    /// Its log of deliveries.
    pub gaps: Looked,
    /// How many deliveries are asked for again.
    pub missing: i64,
    /// How many were asked for often enough.
    pub lost: i64,
    /// Its pull requests.
    pub pulls: Looked,
    /// How many of them are watched.
    pub watched: i64,
    /// What nobody wants.
    pub sweep: Looked,
}

/// When something was looked at last, and what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked {
    /// When.
    pub at: Option<Timestamp>,
    /// Reason and message of what was wrong, as one text; empty when nothing was.
    pub error: String,
}

/// A page of repositories that are looked after.
///
/// # Errors
/// The database refused.
pub async fn watched_repositories(
    client: &impl Queries,
    list: &List,
) -> Result<Listed<WatchedRepository>> {
    let listing = Listing::of("repositories", "id").when("deleted_at IS NULL");
    let listing = apply(list, listing, compare, By::of(list));
    let fetched = listing.fetch(client, list.fetch(), SHOWN).await?;
    page(
        list,
        &fetched.rows,
        fetched.total,
        |row| Ok(from_row(row)),
        |one| Cursor::new(Some(Value::Text(one.full_name.clone())), Value::Id(one.id)),
    )
}

fn compare(listing: Listing, _: &'static str, value: &Value) -> Listing {
    listing.compare("id =", argument(value))
}

fn from_row(row: &Row) -> WatchedRepository {
    let count = |column: &str| row.get::<_, Option<i64>>(column).unwrap_or_default();
    let error = |reason: &str, message: &str| {
        let reason: Option<String> = row.get(reason);
        let message: Option<String> = row.get(message);
        reason.zip(message).map(|(reason, message)| format!("{reason}: {message}"))
    };
    WatchedRepository {
        id: row.get("id"),
        full_name: row.get("full_name"),
        host: row.get("host"),
        webhook_id: row.get("webhook_id"),
        hook: Looked {
            at: row.get("hook_at"),
            error: error("hook_reason", "hook_message").unwrap_or_default(),
        },
        checked_until: row.get("checked_until"),
        gaps: Looked {
            at: None,
            // What GitHub does not send again is missing as long as it is kept in mind, whatever the last look found.
            error: error("gaps_reason", "gaps_message")
                .or_else(|| row.get("refusal"))
                .unwrap_or_default(),
        },
        missing: count("missing"),
        lost: count("lost"),
        pulls: Looked {
            at: row.get("pulls_at"),
            error: error("pulls_reason", "pulls_message").unwrap_or_default(),
        },
        watched: count("watched"),
        sweep: Looked {
            at: row.get("sweep_at"),
            error: error("sweep_reason", "sweep_message").unwrap_or_default(),
        },
    }
}
