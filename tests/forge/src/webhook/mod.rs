//! Webhooks: signed, sent in order per hook, logged, never repeated by themselves. It does not know what the
//! payloads say.

mod deliver;
mod sign;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, Once};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::app::{App, lock};
use crate::error::ForgeError;
use crate::world::{Delivery, DeliveryRequest, DeliveryResponse, Hook};

/// Sends deliveries: one queue and one task per hook, so that order holds per hook and a slow one delays no other.
pub(crate) struct Dispatcher {
    client: reqwest::Client,
    queues: Mutex<HashMap<u64, mpsc::UnboundedSender<Job>>>,
}

/// A delivery to be sent.
struct Job {
    delivery: u64,
    url: String,
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
        Ok(Self { client, queues: Mutex::default() })
    }

    fn send(&self, app: &App, hook: u64, job: Job) {
        let mut queues = lock(&self.queues);
        let queue = queues.entry(hook).or_insert_with(|| deliver::start(app, self.client.clone()));
        if queue.send(job).is_err() {
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

/// Queues an event for every hook of the repository that wants it, under one GUID, as GitHub does.
pub(crate) fn queue(
    app: &App,
    repository: u64,
    event: &str,
    action: Option<&str>,
    payload: &Value,
) {
    let hooks: Vec<Hook> = {
        let world = app.world();
        let Some(entry) = world.repository(repository) else { return };
        entry.hooks.values().filter(|hook| hook.wants(event)).cloned().collect()
    };
    let guid = Uuid::new_v4().to_string();
    for hook in hooks {
        enqueue(app, repository, &hook, &guid, event, action, payload);
    }
}

/// Queues an event for one hook, active or not.
pub(crate) fn queue_for(
    app: &App,
    repository: u64,
    hook: &Hook,
    event: &str,
    action: Option<&str>,
    payload: &Value,
) {
    enqueue(app, repository, hook, &Uuid::new_v4().to_string(), event, action, payload);
}

/// Queues a delivery again with the same GUID and body, signed with the secret that the hook has now.
pub(crate) fn queue_again(app: &App, hook: &Hook, old: Delivery) -> Delivery {
    let mut delivery = old;
    delivery.redelivery = true;
    delivery.request.headers = headers(delivery.repository_id, hook, &delivery);
    insert(app, hook, delivery)
}

fn enqueue(
    app: &App,
    repository: u64,
    hook: &Hook,
    guid: &str,
    event: &str,
    action: Option<&str>,
    payload: &Value,
) {
    let mut delivery = Delivery {
        id: 0,
        guid: guid.to_owned(),
        repository_id: repository,
        hook_id: hook.id,
        delivered_at: app.now(),
        redelivery: false,
        duration: 0.0,
        status: "pending".to_owned(),
        status_code: 0,
        event: event.to_owned(),
        action: action.map(str::to_owned),
        request: DeliveryRequest { headers: BTreeMap::new(), body: payload.to_string() },
        response: DeliveryResponse::default(),
    };
    delivery.request.headers = headers(repository, hook, &delivery);
    insert(app, hook, delivery);
}

fn insert(app: &App, hook: &Hook, mut delivery: Delivery) -> Delivery {
    delivery.status = "pending".to_owned();
    delivery.status_code = 0;
    delivery.response = DeliveryResponse::default();
    {
        let mut world = app.world();
        delivery.id = world.next_id();
        world.deliveries.insert(delivery.id, delivery.clone());
    }
    app.webhooks.send(app, hook.id, Job { delivery: delivery.id, url: hook.url.clone() });
    delivery
}

fn headers(repository: u64, hook: &Hook, delivery: &Delivery) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::from([
        ("Accept".to_owned(), "*/*".to_owned()),
        ("Content-Type".to_owned(), "application/json".to_owned()),
        ("User-Agent".to_owned(), format!("GitHub-Hookshot/{:07x}", repository)),
        ("X-GitHub-Delivery".to_owned(), delivery.guid.clone()),
        ("X-GitHub-Event".to_owned(), delivery.event.clone()),
        ("X-GitHub-Hook-ID".to_owned(), hook.id.to_string()),
        ("X-GitHub-Hook-Installation-Target-ID".to_owned(), repository.to_string()),
        ("X-GitHub-Hook-Installation-Target-Type".to_owned(), "repository".to_owned()),
    ]);
    if let Some(secret) = &hook.secret {
        headers.insert(
            "X-Hub-Signature-256".to_owned(),
            sign::signature(secret, delivery.request.body.as_bytes()),
        );
    }
    headers
}
