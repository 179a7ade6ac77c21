//! Subscribing to webhooks, and reading what was delivered.

use serde_json::json;

use crate::app::App;
use crate::error::ForgeError;
use crate::rest::shapes;
use crate::webhook;
use crate::world::{Delivery, Hook, NewHook};

/// Makes a hook and pings it.
pub(crate) fn create_hook(app: &App, full_name: &str, new: NewHook) -> Result<Hook, ForgeError> {
    if !new.url.starts_with("http://") && !new.url.starts_with("https://") {
        return Err(ForgeError::invalid("url", "not an HTTP URL"));
    }
    let repository = app.id_of(full_name)?;
    let now = app.now();
    let hook = {
        let mut world = app.world();
        let id = world.next_id();
        let entry = world
            .repository_mut(repository)
            .ok_or_else(|| ForgeError::not_found("repository", full_name))?;
        let (url, events, active, secret) = (new.url, new.events, new.active, new.secret);
        let hook = Hook { id, url, events, active, created_at: now, updated_at: now, secret };
        entry.hooks.insert(id, hook.clone());
        hook
    };
    ping_hook(app, full_name, hook.id)?;
    Ok(hook)
}

/// Sends a ping to a hook.
pub(crate) fn ping_hook(app: &App, full_name: &str, hook: u64) -> Result<(), ForgeError> {
    let repository = app.find(full_name)?;
    let found = repository.hooks.get(&hook).ok_or_else(|| ForgeError::not_found("hook", hook))?;
    let payload = {
        let mut world = app.world();
        json!({
            "zen": "Keep it logically awesome.",
            "hook_id": hook,
            "hook": shapes::hook(&app.urls, &repository.full_name, found),
            "repository": shapes::repository(&mut world, &app.urls, &repository),
            "sender": shapes::user(&world.user(super::DEFAULT_ACTOR), &app.urls),
        })
    };
    webhook::queue_for(app, repository.id, found, "ping", None, &payload);
    Ok(())
}

/// Lists the hooks of a repository.
pub(crate) fn hooks(app: &App, full_name: &str) -> Result<Vec<Hook>, ForgeError> {
    Ok(app.find(full_name)?.hooks.into_values().collect())
}

/// Turns a hook on or off; what happens while it is off is never delivered.
pub(crate) fn set_hook_active(
    app: &App,
    full_name: &str,
    hook: u64,
    active: bool,
) -> Result<Hook, ForgeError> {
    let repository = app.id_of(full_name)?;
    let now = app.now();
    let mut world = app.world();
    let found = world.repository_mut(repository).and_then(|entry| entry.hooks.get_mut(&hook));
    let found = found.ok_or_else(|| ForgeError::not_found("hook", hook))?;
    found.active = active;
    found.updated_at = now;
    Ok(found.clone())
}

/// Deletes a hook.
pub(crate) fn delete_hook(app: &App, full_name: &str, hook: u64) -> Result<(), ForgeError> {
    let repository = app.id_of(full_name)?;
    let mut world = app.world();
    let removed = world.repository_mut(repository).and_then(|entry| entry.hooks.remove(&hook));
    removed.map(drop).ok_or_else(|| ForgeError::not_found("hook", hook))
}

/// Lists what was sent to the hooks of a repository, the oldest first.
pub(crate) fn deliveries(app: &App, full_name: &str) -> Result<Vec<Delivery>, ForgeError> {
    let repository = app.id_of(full_name)?;
    let world = app.world();
    let deliveries =
        world.deliveries.values().filter(|delivery| delivery.repository_id == repository);
    Ok(deliveries.cloned().collect())
}

/// Sends a delivery again under its old GUID, as a person's click would; nothing is redelivered by itself.
pub(crate) fn redeliver(app: &App, full_name: &str, delivery: u64) -> Result<Delivery, ForgeError> {
    let repository = app.find(full_name)?;
    let found = app.world().deliveries.get(&delivery).cloned();
    let found = found.filter(|found| found.repository_id == repository.id);
    let found = found.ok_or_else(|| ForgeError::not_found("delivery", delivery))?;
    let hook = repository
        .hooks
        .get(&found.hook_id)
        .ok_or_else(|| ForgeError::not_found("hook", found.hook_id))?;
    Ok(webhook::queue_again(app, hook, found))
}
