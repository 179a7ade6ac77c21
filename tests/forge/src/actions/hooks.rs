//! Subscribing a repository to webhooks.

use serde_json::json;

use crate::app::App;
use crate::error::ForgeError;
use crate::rest::shapes;
use crate::webhook::{self, Event, Target};
use crate::world::{Hook, HookEdit, NewHook, Repository};

/// GitHub's limit of hooks of a repository per event.
const HOOKS_PER_EVENT: usize = 20;

/// Why REST takes no such hook.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HookRefusal {
    /// Another one has the same configuration and an event in common.
    #[error("Hook already exists on this repository")]
    AlreadyExists,
    /// There are too many for an event.
    #[error("The \"{0}\" event cannot have more than {HOOKS_PER_EVENT} hooks")]
    TooMany(String),
    /// Something failed.
    #[error(transparent)]
    Failed(#[from] ForgeError),
}

/// Makes a hook and pings it, whatever other hooks there are.
pub(crate) fn create_hook(app: &App, full_name: &str, new: NewHook) -> Result<Hook, ForgeError> {
    check_url(&new.url)?;
    let repository = app.id_of(full_name)?;
    let now = app.now();
    let hook = {
        let mut world = app.world();
        let hook = Hook::new(world.next_id(), new, now);
        let entry = world
            .repository_mut(repository)
            .ok_or_else(|| ForgeError::not_found("repository", full_name))?;
        entry.hooks.insert(hook.id, hook.clone());
        hook
    };
    ping_hook(app, full_name, hook.id)?;
    Ok(hook)
}

/// Makes a hook as REST does: one that is there already is refused.
pub(crate) fn create_hook_as(
    app: &App,
    full_name: &str,
    new: NewHook,
) -> Result<Hook, HookRefusal> {
    check_url(&new.url)?;
    let wanted = Hook::new(0, new.clone(), app.now());
    check_others(&app.find(full_name)?, &wanted)?;
    Ok(create_hook(app, full_name, new)?)
}

/// Puts a changed hook in the place of its former self, as REST does.
pub(crate) fn replace_hook(app: &App, full_name: &str, hook: Hook) -> Result<Hook, HookRefusal> {
    check_url(&hook.url)?;
    check_others(&app.find(full_name)?, &hook)?;
    let repository = app.id_of(full_name)?;
    let now = app.now();
    let mut world = app.world();
    let found = world.repository_mut(repository).and_then(|entry| entry.hooks.get_mut(&hook.id));
    let found = found.ok_or_else(|| ForgeError::not_found("hook", hook.id))?;
    *found = Hook { updated_at: now, last_response: found.last_response.clone(), ..hook };
    Ok(found.clone())
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
    let event =
        Event { name: "ping", action: None, repository: Some(repository.id), payload: &payload };
    webhook::queue_for(app, found, Target::Repository, event);
    Ok(())
}

/// Lists the hooks of a repository.
pub(crate) fn hooks(app: &App, full_name: &str) -> Result<Vec<Hook>, ForgeError> {
    Ok(app.find(full_name)?.hooks.into_values().collect())
}

/// Changes a hook, as a person would; what happens while it is off is never delivered.
pub(crate) fn edit_hook(
    app: &App,
    full_name: &str,
    hook: u64,
    edit: HookEdit,
) -> Result<Hook, ForgeError> {
    if let Some(url) = &edit.url {
        check_url(url)?;
    }
    let repository = app.id_of(full_name)?;
    let now = app.now();
    let mut world = app.world();
    let found = world.repository_mut(repository).and_then(|entry| entry.hooks.get_mut(&hook));
    let found = found.ok_or_else(|| ForgeError::not_found("hook", hook))?;
    found.edit(edit, now);
    Ok(found.clone())
}

/// Deletes a hook.
pub(crate) fn delete_hook(app: &App, full_name: &str, hook: u64) -> Result<(), ForgeError> {
    let repository = app.id_of(full_name)?;
    let mut world = app.world();
    let removed = world.repository_mut(repository).and_then(|entry| entry.hooks.remove(&hook));
    removed.map(drop).ok_or_else(|| ForgeError::not_found("hook", hook))
}

/// Refuses what is no HTTP URL.
pub(super) fn check_url(url: &str) -> Result<(), ForgeError> {
    if url.starts_with("http://") || url.starts_with("https://") {
        return Ok(());
    }
    Err(ForgeError::invalid("url", "not an HTTP URL"))
}

fn check_others(repository: &Repository, wanted: &Hook) -> Result<(), HookRefusal> {
    let others: Vec<&Hook> =
        repository.hooks.values().filter(|other| other.id != wanted.id).collect();
    // "Multiple webhooks can share the same config as long as those webhooks do not have any events that overlap."
    let same = |other: &&Hook| {
        other.url == wanted.url
            && other.content_type == wanted.content_type
            && other.insecure_ssl == wanted.insecure_ssl
            && other.events.iter().any(|event| overlaps(event, &wanted.events))
    };
    if others.iter().copied().any(|other| same(&other)) {
        return Err(HookRefusal::AlreadyExists);
    }
    for event in &wanted.events {
        let sharing = others.iter().filter(|other| overlaps(event, &other.events)).count();
        if sharing >= HOOKS_PER_EVENT {
            return Err(HookRefusal::TooMany(event.clone()));
        }
    }
    Ok(())
}

fn overlaps(event: &str, events: &[String]) -> bool {
    events.iter().any(|other| other == event || other == "*" || event == "*")
}
