//! Registering GitHub Apps, installing them and changing their hook.

use std::collections::BTreeMap;

use serde_json::json;

use super::DEFAULT_ACTOR;
use super::hooks::check_url;
use crate::app::App;
use crate::error::ForgeError;
use crate::jwt;
use crate::rest::shapes;
use crate::webhook::{self, Event, Target};
use crate::world::{GithubApp, Hook, HookEdit, Installation, NewApp, NewInstallation};

/// Events that an App is subscribed to whatever it asked for.
const ALWAYS: [&str; 2] = ["installation", "installation_repositories"];

/// Registers an App and pings its hook.
pub(crate) fn create_app(app: &App, new: NewApp) -> Result<GithubApp, ForgeError> {
    let public_key =
        jwt::public_key(&new.key).map_err(|error| ForgeError::invalid("key", error))?;
    if let Some(hook) = &new.hook {
        check_url(&hook.url)?;
    }
    let now = app.now();
    let made = {
        let mut world = app.world();
        if world.apps.contains_key(&new.id) {
            return Err(ForgeError::AlreadyExists { what: "App", name: new.id.to_string() });
        }
        let hook = new.hook.map(|mut hook| {
            hook.events.extend(ALWAYS.map(str::to_owned));
            Hook::new(world.next_id(), hook, now)
        });
        let made = GithubApp {
            id: new.id,
            slug: new.slug,
            owner: new.owner,
            hook,
            installations: BTreeMap::new(),
            created_at: now,
            public_key,
        };
        world.apps.insert(made.id, made.clone());
        made
    };
    if let Some(hook) = &made.hook {
        let payload = json!({
            "zen": "Keep it logically awesome.",
            "hook_id": hook.id,
            "hook": shapes::app_hook(&app.urls, made.id, hook),
        });
        let event = Event { name: "ping", action: None, repository: None, payload: &payload };
        webhook::queue_for(app, hook, Target::App { id: made.id, installation: None }, event);
    }
    Ok(made)
}

/// Installs an App at an account and tells its hook.
pub(crate) fn install_app(
    app: &App,
    id: u64,
    new: NewInstallation,
) -> Result<Installation, ForgeError> {
    let repositories = match new.repositories.is_empty() {
        true => vec![format!("{}/*", new.account)],
        false => new.repositories,
    };
    let now = app.now();
    let (made, hook, payload) = {
        let mut world = app.world();
        let installation = Installation {
            id: world.next_id(),
            app_id: id,
            account: new.account,
            repositories,
            created_at: now,
        };
        let of = world.apps.get_mut(&id).ok_or_else(|| ForgeError::not_found("App", id))?;
        of.installations.insert(installation.id, installation.clone());
        let of = of.clone();
        let payload = json!({
            "action": "created",
            "installation": shapes::installation(&mut world, &app.urls, &of, &installation),
            "repositories": [],
            "sender": shapes::user(&world.user(DEFAULT_ACTOR), &app.urls),
        });
        (installation, of.hook, payload)
    };
    if let Some(hook) = hook.filter(|hook| hook.wants("installation")) {
        let (name, action) = ("installation", Some("created"));
        let event = Event { name, action, repository: None, payload: &payload };
        webhook::queue_for(app, &hook, Target::App { id, installation: Some(made.id) }, event);
    }
    Ok(made)
}

/// Changes the hook of an App.
pub(crate) fn app_hook_config(app: &App, id: u64, edit: HookEdit) -> Result<Hook, ForgeError> {
    if let Some(url) = &edit.url {
        check_url(url)?;
    }
    let now = app.now();
    let mut world = app.world();
    let found = world.apps.get_mut(&id).ok_or_else(|| ForgeError::not_found("App", id))?;
    let hook = found.hook.as_mut().ok_or_else(|| ForgeError::not_found("hook of App", id))?;
    hook.edit(edit, now);
    Ok(hook.clone())
}
