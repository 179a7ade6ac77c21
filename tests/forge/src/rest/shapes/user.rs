//! `simple-user`.

use serde_json::{Value, json};

use crate::urls::Urls;
use crate::world::{User, node_id};

/// Shapes an account.
pub(crate) fn user(user: &User, urls: &Urls) -> Value {
    let api = format!("{}/users/{}", urls.api(), user.login);
    json!({
        "login": user.login,
        "id": user.id,
        "node_id": node_id(if user.organization { "O" } else { "U" }, user.id),
        "avatar_url": format!("{}/avatars/u/{}", urls.web(), user.id),
        "gravatar_id": "",
        "url": api,
        "html_url": format!("{}/{}", urls.web(), user.login),
        "followers_url": format!("{api}/followers"),
        "following_url": format!("{api}/following{{/other_user}}"),
        "gists_url": format!("{api}/gists{{/gist_id}}"),
        "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{api}/subscriptions"),
        "organizations_url": format!("{api}/orgs"),
        "repos_url": format!("{api}/repos"),
        "events_url": format!("{api}/events{{/privacy}}"),
        "received_events_url": format!("{api}/received_events"),
        "type": if user.organization { "Organization" } else { "User" },
        "site_admin": false,
    })
}
