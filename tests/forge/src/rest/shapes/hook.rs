//! `hook`, `webhook-config` and the deliveries of hooks. The secret is masked, as GitHub masks it.

use serde_json::{Value, json};

use crate::urls::Urls;
use crate::world::{Delivery, Hook, HookFormat};

/// Shapes a repository hook.
pub(crate) fn hook(urls: &Urls, full_name: &str, hook: &Hook) -> Value {
    let url = format!("{}/hooks/{}", urls.repository_api(full_name), hook.id);
    let mut shape = common(hook);
    shape["type"] = json!("Repository");
    shape["url"] = json!(url);
    shape["test_url"] = json!(format!("{url}/test"));
    shape["ping_url"] = json!(format!("{url}/pings"));
    shape["deliveries_url"] = json!(format!("{url}/deliveries"));
    let last = &hook.last_response;
    shape["last_response"] =
        json!({ "code": last.code, "status": last.status, "message": last.message });
    shape
}

/// Shapes the hook of an App, as its ping carries it.
pub(crate) fn app_hook(urls: &Urls, app: u64, hook: &Hook) -> Value {
    let mut shape = common(hook);
    shape["type"] = json!("App");
    shape["app_id"] = json!(app);
    shape["deliveries_url"] = json!(format!("{}/app/hook/deliveries", urls.api()));
    shape
}

fn common(hook: &Hook) -> Value {
    json!({
        "id": hook.id,
        "name": "web",
        "active": hook.active,
        "events": hook.events,
        "config": hook_config(hook),
        "updated_at": hook.updated_at,
        "created_at": hook.created_at,
    })
}

/// Shapes where and how a hook sends.
pub(crate) fn hook_config(hook: &Hook) -> Value {
    let content_type = match hook.content_type {
        HookFormat::Json => "json",
        HookFormat::Form => "form",
    };
    let insecure = if hook.insecure_ssl { "1" } else { "0" };
    let mut config =
        json!({ "content_type": content_type, "insecure_ssl": insecure, "url": hook.url });
    if hook.secret.is_some() {
        config["secret"] = json!("********");
    }
    config
}

/// Shapes a delivery as lists have it.
pub(crate) fn delivery_item(delivery: &Delivery) -> Value {
    json!({
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": delivery.delivered_at,
        "redelivery": delivery.redelivery,
        "duration": delivery.duration,
        "status": delivery.status,
        "status_code": delivery.status_code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": delivery.installation_id,
        "repository_id": (delivery.repository_id != 0).then_some(delivery.repository_id),
        "throttled_at": null,
    })
}

/// Shapes a delivery with what was sent and what came back.
pub(crate) fn delivery(delivery: &Delivery) -> Value {
    let mut shape = delivery_item(delivery);
    shape["url"] = json!(delivery.url);
    shape["request"] =
        json!({ "headers": delivery.request.headers, "payload": payload(&delivery.request.body) });
    shape["response"] = match delivery.response.headers.is_empty() {
        true => json!({ "headers": null, "payload": null }),
        false => {
            json!({ "headers": delivery.response.headers, "payload": delivery.response.body })
        }
    };
    shape
}

/// Reads the payload out of a body, whichever way it was written.
fn payload(body: &str) -> Value {
    let text = match body.strip_prefix("payload=") {
        Some(encoded) => percent_encoding::percent_decode_str(encoded).decode_utf8_lossy(),
        None => body.into(),
    };
    serde_json::from_str(&text).unwrap_or_default()
}
