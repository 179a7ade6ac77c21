//! What is known of a repository's hook, its log and its pull requests, and what went wrong last.

use jiff::Timestamp;
use pullwright_proto::delivery as v1;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OffContract, Result, filled, known, time};

/// A repository that is watched. Errors are null when nothing is wrong, times before the first time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WatchedRepository {
    #[schema(format = Uuid)]
    repository_id: String,
    /// `owner/name`.
    full_name: String,
    /// The host's web address.
    host: String,
    /// GitHub's id of its hook; null when none is registered.
    webhook_id: Option<i64>,
    /// When its hook was last looked at.
    webhook_checked_at: Option<Timestamp>,
    /// What was wrong with its hook.
    webhook_error: Option<String>,
    /// Until when GitHub's log of deliveries was read without a gap.
    deliveries_checked_until: Option<Timestamp>,
    /// Deliveries that GitHub says it sent and that never came; asked for again.
    deliveries_missing: i64,
    /// Deliveries that were asked for often enough and never came.
    deliveries_lost: i64,
    /// What was wrong when the log was read.
    deliveries_error: Option<String>,
    /// When its pull requests were last looked at.
    reconciled_at: Option<Timestamp>,
    /// What was wrong when they were.
    reconcile_error: Option<String>,
    /// When branches and pull requests of ours that nobody wants were last looked for.
    swept_at: Option<Timestamp>,
    /// What was wrong when they were.
    sweep_error: Option<String>,
    /// How many pull requests are looked at from time to time.
    pull_requests_watched: i64,
}

impl TryFrom<v1::WatchedRepository> for WatchedRepository {
    type Error = OffContract;

    fn try_from(watched: v1::WatchedRepository) -> Result<Self> {
        Ok(Self {
            repository_id: watched.repository_id,
            full_name: watched.full_name,
            host: watched.host,
            webhook_id: known(watched.webhook_id),
            webhook_checked_at: time::optional(
                "repository.webhook_checked_at",
                watched.webhook_checked_at,
            )?,
            webhook_error: filled(watched.webhook_error),
            deliveries_checked_until: time::optional(
                "repository.deliveries_checked_until",
                watched.deliveries_checked_until,
            )?,
            deliveries_missing: watched.deliveries_missing,
            deliveries_lost: watched.deliveries_lost,
            deliveries_error: filled(watched.deliveries_error),
            reconciled_at: time::optional("repository.reconciled_at", watched.reconciled_at)?,
            reconcile_error: filled(watched.reconcile_error),
            swept_at: time::optional("repository.swept_at", watched.swept_at)?,
            sweep_error: filled(watched.sweep_error),
            pull_requests_watched: watched.pull_requests_watched,
        })
    }
}
