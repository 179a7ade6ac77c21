//! `hook`, as the ping carries it. The secret is masked, as GitHub masks it.

use serde_json::{Value, json};

use crate::urls::Urls;
use crate::world::Hook;

/// Shapes a repository hook.
pub(crate) fn hook(urls: &Urls, full_name: &str, hook: &Hook) -> Value {
    let url = format!("{}/hooks/{}", urls.repository_api(full_name), hook.id);
    let mut config = json!({ "content_type": "json", "insecure_ssl": "0", "url": hook.url });
    if hook.secret.is_some() {
        config["secret"] = json!("********");
    }
    json!({
        "type": "Repository",
        "id": hook.id,
        "name": "web",
        "active": hook.active,
        "events": hook.events,
        "config": config,
        "updated_at": hook.updated_at,
        "created_at": hook.created_at,
        "url": url,
        "test_url": format!("{url}/test"),
        "ping_url": format!("{url}/pings"),
        "deliveries_url": format!("{url}/deliveries"),
        "last_response": { "code": null, "status": "unused", "message": null },
    })
}
