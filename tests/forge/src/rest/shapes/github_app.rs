//! `integration` and `installation`.

use serde_json::{Value, json};

use super::user;
use crate::urls::Urls;
use crate::world::{GithubApp, Installation, World, node_id};

/// Shapes an App as it sees itself.
pub(crate) fn github_app(world: &mut World, urls: &Urls, app: &GithubApp) -> Value {
    let hook = app.hook.as_ref();
    json!({
        "id": app.id,
        "slug": app.slug,
        "node_id": node_id("A", app.id),
        "client_id": format!("Iv1.{:016x}", app.id),
        "owner": user(&world.user(&app.owner), urls),
        "name": app.slug,
        "description": null,
        "external_url": urls.web(),
        "html_url": format!("{}/github-apps/{}", urls.web(), app.slug),
        "created_at": app.created_at,
        "updated_at": hook.map_or(app.created_at, |hook| hook.updated_at),
        "permissions": permissions(),
        "events": hook.map(|hook| hook.events.clone()).unwrap_or_default(),
        "installations_count": app.installations.len(),
    })
}

/// Shapes where an App is installed.
pub(crate) fn installation(
    world: &mut World,
    urls: &Urls,
    app: &GithubApp,
    of: &Installation,
) -> Value {
    let account = world.user(&of.account);
    let all = of.repositories.iter().any(|pattern| pattern.ends_with('*'));
    json!({
        "id": of.id,
        "account": user(&account, urls),
        "repository_selection": if all { "all" } else { "selected" },
        "access_tokens_url": format!("{}/app/installations/{}/access_tokens", urls.api(), of.id),
        "repositories_url": format!("{}/installation/repositories", urls.api()),
        "html_url": format!("{}/organizations/{}/settings/installations/{}", urls.web(), of.account, of.id),
        "app_id": app.id,
        "app_slug": app.slug,
        "target_id": account.id,
        "target_type": if account.organization { "Organization" } else { "User" },
        "permissions": permissions(),
        "events": app.hook.as_ref().map(|hook| hook.events.clone()).unwrap_or_default(),
        "created_at": of.created_at,
        "updated_at": of.created_at,
        "single_file_name": null,
        "suspended_by": null,
        "suspended_at": null,
    })
}

/// What every App of the forge may do.
pub(crate) fn permissions() -> Value {
    json!({ "contents": "write", "metadata": "read", "pull_requests": "write", "repository_hooks": "write" })
}
