//! Giving a repository another name or owner; the old name leads to the new one from then on.

use std::sync::Arc;

use serde_json::{Value, json};

use super::DEFAULT_ACTOR;
use super::create_repository::check_name;
use crate::app::App;
use crate::error::ForgeError;
use crate::rest::shapes;
use crate::urls::Urls;
use crate::webhook;
use crate::world::{Repository, World};

/// Renames a repository to `name` or `owner/name` and tells its hooks.
pub(crate) async fn rename_repository(
    app: &App,
    full_name: &str,
    to: &str,
) -> Result<Repository, ForgeError> {
    let old = app.find(full_name)?;
    let _lock = app.lock_repository(old.id).await;
    let (owner, name) = to.split_once('/').unwrap_or((&old.owner, to));
    check_name("owner", owner)?;
    check_name("name", name)?;
    let new_name = format!("{owner}/{name}");
    let now = app.now();
    let renamed = {
        let mut world = app.world();
        if world.find(&new_name).is_some_and(|other| other.id != old.id) {
            return Err(ForgeError::AlreadyExists { what: "repository", name: new_name });
        }
        if owner != old.owner && !world.tokens.knows(owner) {
            world.organization(owner);
        }
        world.rename(old.id, |repository| {
            rename(repository, &app.urls, owner, name);
            repository.updated_at = now;
        });
        world.repository(old.id).cloned()
    };
    let renamed = renamed.ok_or_else(|| ForgeError::not_found("repository", full_name))?;
    let (action, payload) = payload(&mut app.world(), &app.urls, &old, &renamed);
    webhook::queue(app, old.id, "repository", Some(action), &payload);
    Ok(renamed)
}

fn rename(repository: &mut Repository, urls: &Urls, owner: &str, name: &str) {
    repository.owner = owner.to_owned();
    repository.name = name.to_owned();
    repository.full_name = format!("{owner}/{name}");
    repository.html_url = urls.repository_web(&repository.full_name);
    repository.clone_url = format!("{}.git", repository.html_url);
    for pull in Arc::make_mut(&mut repository.pulls).values_mut().map(Arc::make_mut) {
        pull.repository.clone_from(&repository.full_name);
        pull.html_url = urls.pull_web(&repository.full_name, pull.number);
    }
}

fn payload(
    world: &mut World,
    urls: &Urls,
    old: &Repository,
    new: &Repository,
) -> (&'static str, Value) {
    let (action, changes) = if old.owner == new.owner {
        ("renamed", json!({ "repository": { "name": { "from": old.name } } }))
    } else {
        let from = shapes::user(&world.user(&old.owner), urls);
        ("transferred", json!({ "owner": { "from": { "user": from } } }))
    };
    let payload = json!({
        "action": action,
        "changes": changes,
        "repository": shapes::repository(world, urls, new),
        "sender": shapes::user(&world.user(DEFAULT_ACTOR), urls),
    });
    (action, payload)
}
