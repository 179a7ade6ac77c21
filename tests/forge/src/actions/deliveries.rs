//! Reading what was delivered to hooks, and sending it again.

use crate::app::App;
use crate::error::ForgeError;
use crate::webhook;
use crate::world::{Delivery, Hook};

/// Lists what was sent to the hooks of a repository, the oldest first.
pub(crate) fn deliveries(app: &App, full_name: &str) -> Result<Vec<Delivery>, ForgeError> {
    let repository = app.id_of(full_name)?;
    let world = app.world();
    let of_hooks =
        |delivery: &&Delivery| delivery.repository_id == repository && delivery.app_id.is_none();
    Ok(world.deliveries.all().filter(of_hooks).cloned().collect())
}

/// Lists what was sent to the hook of an App, the oldest first.
pub(crate) fn app_deliveries(app: &App, id: u64) -> Result<Vec<Delivery>, ForgeError> {
    let world = app.world();
    if !world.apps.contains_key(&id) {
        return Err(ForgeError::not_found("App", id));
    }
    Ok(world.deliveries.all().filter(|delivery| delivery.app_id == Some(id)).cloned().collect())
}

/// Sends a delivery of a repository's hook again under its old GUID, as a person's click would; nothing is redelivered
/// by itself.
pub(crate) fn redeliver(app: &App, full_name: &str, delivery: u64) -> Result<Delivery, ForgeError> {
    let repository = app.find(full_name)?;
    let hook = app.world().deliveries.get(delivery).map(|found| found.hook_id);
    let hook = hook.and_then(|hook| repository.hooks.get(&hook));
    let hook = hook.ok_or_else(|| ForgeError::not_found("delivery", delivery))?;
    redeliver_of(app, hook, delivery)
}

/// Sends a delivery of a hook again under its old GUID.
pub(crate) fn redeliver_of(app: &App, hook: &Hook, delivery: u64) -> Result<Delivery, ForgeError> {
    let found = app.world().deliveries.get(delivery).cloned();
    let found = found.filter(|found| found.hook_id == hook.id);
    let found = found.ok_or_else(|| ForgeError::not_found("delivery", delivery))?;
    Ok(webhook::queue_again(app, hook, found))
}
