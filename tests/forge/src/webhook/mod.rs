//! Webhooks: signed, logged, never repeated by themselves, sent in order per hook unless a policy says otherwise.
//! It does not know what the payloads say.

mod deliver;
mod hold;
mod policies;
mod sign;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::app::{App, lock};
use crate::error::ForgeError;
use crate::world::{
    Delivery, DeliveryRequest, DeliveryResponse, Hook, HookFormat, PENDING, World, node_id,
};
pub(crate) use policies::Policies;

/// Sends deliveries: one queue and one task per hook, so that a slow one delays no other.
pub(crate) struct Dispatcher {
    client: reqwest::Client,
    queues: Mutex<HashMap<u64, mpsc::UnboundedSender<u64>>>,
    /// What deliveries suffer.
    pub(crate) policies: Policies,
}

impl Dispatcher {
    /// Makes the HTTP client, which follows no redirect, as GitHub follows none.
    pub(crate) fn new(timeout: Duration) -> Result<Self, ForgeError> {
        install_tls_provider();
        let client = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { client, queues: Mutex::default(), policies: Policies::default() })
    }

    fn send(&self, app: &App, hook: u64, delivery: u64) {
        let mut queues = lock(&self.queues);
        let queue =
            queues.entry(hook).or_insert_with(|| deliver::start(app, hook, self.client.clone()));
        if queue.send(delivery).is_err() {
            tracing::warn!(hook, "the forge is stopping, a delivery stays pending");
        }
    }
}

/// Chooses ring for TLS, once per process; reqwest has no provider of its own here.
pub(crate) fn install_tls_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("a TLS provider was installed before");
        }
    });
}

/// What a hook belongs to, which its deliveries tell in their headers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    /// A repository.
    Repository,
    /// An App, which hears through an installation unless it is pinged.
    App {
        /// App id.
        id: u64,
        /// Installation that sees what happened.
        installation: Option<u64>,
    },
}

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event<'a> {
    /// Name.
    pub(crate) name: &'a str,
    /// Action within it.
    pub(crate) action: Option<&'a str>,
    /// Repository it happened to.
    pub(crate) repository: Option<u64>,
    /// What is told of it.
    pub(crate) payload: &'a Value,
}

/// Says whether any hook wants an event of a repository.
pub(crate) fn is_wanted(app: &App, repository: u64, event: &str) -> bool {
    !listeners(&app.world(), repository, event).is_empty()
}

/// Queues an event of a repository for every hook that wants it, under one GUID, as GitHub does.
pub(crate) fn queue(app: &App, repository: u64, name: &str, action: Option<&str>, payload: &Value) {
    let listeners = listeners(&app.world(), repository, name);
    let event = Event { name, action, repository: Some(repository), payload };
    let guid = Uuid::new_v4().to_string();
    for (hook, target) in listeners {
        enqueue(app, &hook, target, &guid, event);
    }
}

/// Queues an event for one hook, active or not.
pub(crate) fn queue_for(app: &App, hook: &Hook, target: Target, event: Event<'_>) {
    enqueue(app, hook, target, &Uuid::new_v4().to_string(), event);
}

/// Queues a delivery again with the same GUID and payload, signed with the secret that the hook has now.
pub(crate) fn queue_again(app: &App, hook: &Hook, old: Delivery) -> Delivery {
    let mut delivery = old;
    delivery.redelivery = true;
    delivery.url.clone_from(&hook.url);
    delivery.request.headers = headers(hook, &delivery);
    insert(app, hook, delivery)
}

fn listeners(world: &World, repository: u64, event: &str) -> Vec<(Hook, Target)> {
    let Some(entry) = world.repository(repository) else { return Vec::new() };
    let own = entry.hooks.values().map(|hook| (hook, Target::Repository));
    let of_apps = world.apps.values().filter_map(|app| {
        let installation = Some(app.installation_of(&entry.full_name)?.id);
        Some((app.hook.as_ref()?, Target::App { id: app.id, installation }))
    });
    let wanting = own.chain(of_apps).filter(|(hook, _)| hook.wants(event));
    wanting.map(|(hook, target)| (hook.clone(), target)).collect()
}

fn enqueue(app: &App, hook: &Hook, target: Target, guid: &str, event: Event<'_>) {
    let (app_id, installation_id) = match target {
        Target::Repository => (None, None),
        Target::App { id, installation } => (Some(id), installation),
    };
    let mut delivery = Delivery {
        id: 0,
        guid: guid.to_owned(),
        repository_id: event.repository.unwrap_or_default(),
        hook_id: hook.id,
        app_id,
        installation_id,
        delivered_at: app.now(),
        redelivery: false,
        duration: 0.0,
        status: PENDING.to_owned(),
        status_code: 0,
        event: event.name.to_owned(),
        action: event.action.map(str::to_owned),
        url: hook.url.clone(),
        request: DeliveryRequest { headers: BTreeMap::new(), body: body(hook, target, &event) },
        response: DeliveryResponse::default(),
    };
    delivery.request.headers = headers(hook, &delivery);
    insert(app, hook, delivery);
}

fn body(hook: &Hook, target: Target, event: &Event<'_>) -> Arc<str> {
    let payload = match target {
        Target::App { installation: Some(id), .. } if event.payload["installation"].is_null() => {
            let mut payload = event.payload.clone();
            payload["installation"] = json!({ "id": id, "node_id": node_id("I", id) });
            payload.to_string()
        }
        _ => event.payload.to_string(),
    };
    match hook.content_type {
        HookFormat::Json => payload.into(),
        HookFormat::Form => {
            format!("payload={}", utf8_percent_encode(&payload, NON_ALPHANUMERIC)).into()
        }
    }
}

fn insert(app: &App, hook: &Hook, mut delivery: Delivery) -> Delivery {
    delivery.status = PENDING.to_owned();
    delivery.status_code = 0;
    delivery.response = DeliveryResponse::default();
    {
        let mut world = app.world();
        delivery.id = world.next_id();
        world.deliveries.queued(delivery.clone());
    }
    app.webhooks.send(app, hook.id, delivery.id);
    delivery
}

fn headers(hook: &Hook, delivery: &Delivery) -> BTreeMap<String, String> {
    let (kind, target) = match delivery.app_id {
        Some(app) => ("integration", app),
        None => ("repository", delivery.repository_id),
    };
    let content_type = match hook.content_type {
        HookFormat::Json => "application/json",
        HookFormat::Form => "application/x-www-form-urlencoded",
    };
    let mut headers = BTreeMap::from(
        [
            ("Accept", "*/*".to_owned()),
            ("Content-Type", content_type.to_owned()),
            ("User-Agent", format!("GitHub-Hookshot/{target:07x}")),
            ("X-GitHub-Delivery", delivery.guid.clone()),
            ("X-GitHub-Event", delivery.event.clone()),
            ("X-GitHub-Hook-ID", hook.id.to_string()),
            ("X-GitHub-Hook-Installation-Target-ID", target.to_string()),
            ("X-GitHub-Hook-Installation-Target-Type", kind.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    if let Some(secret) = &hook.secret {
        headers.insert(
            "X-Hub-Signature-256".to_owned(),
            sign::signature(secret, delivery.request.body.as_bytes()),
        );
    }
    headers
}
