//! What is looked after, on the wire.

use pullwright_proto::delivery as v1;

use super::time;
use crate::store::listing::WatchedRepository;

/// Writes a repository that is looked after.
#[must_use]
pub fn repository(repository: WatchedRepository) -> v1::WatchedRepository {
    v1::WatchedRepository {
        repository_id: repository.id.to_string(),
        full_name: repository.full_name,
        host: repository.host,
        webhook_id: repository.webhook_id,
        webhook_checked_at: repository.hook.at.map(time::message),
        webhook_error: repository.hook.error,
        deliveries_checked_until: repository.checked_until.map(time::message),
        deliveries_missing: repository.missing,
        deliveries_lost: repository.lost,
        deliveries_error: repository.gaps.error,
        reconciled_at: repository.pulls.at.map(time::message),
        reconcile_error: repository.pulls.error,
        swept_at: repository.sweep.at.map(time::message),
        sweep_error: repository.sweep.error,
        pull_requests_watched: repository.watched,
    }
}
