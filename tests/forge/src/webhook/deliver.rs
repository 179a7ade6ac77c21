//! Sending deliveries and writing down how each ended. It never tries twice by itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use jiff::Timestamp;
use tokio::sync::{Semaphore, mpsc};

use super::hold::Hold;
use crate::app::App;
use crate::fault::Meeting;
use crate::world::{Delivery, DeliveryResponse, Ending, FaultKind, LastResponse};

/// How much of an answer is kept.
const KEPT_BODY: usize = 64 * 1024;

/// How an attempt went.
struct Outcome {
    status: String,
    code: u16,
    response: DeliveryResponse,
}

impl Outcome {
    fn failed(status: &str, code: u16) -> Self {
        Self { status: status.to_owned(), code, response: DeliveryResponse::default() }
    }

    fn timed_out() -> Self {
        Self::failed("timed out", 504)
    }

    fn not_reached() -> Self {
        Self::failed("failed to connect to host", 502)
    }
}

/// When an attempt began.
struct Attempt {
    at: Timestamp,
    started: Instant,
}

impl Attempt {
    fn begin(app: &App) -> Self {
        Self { at: app.now(), started: Instant::now() }
    }
}

/// Starts the task of one hook; it ends with the forge.
pub(super) fn start(app: &App, hook: u64, client: reqwest::Client) -> mpsc::UnboundedSender<u64> {
    let (sender, queue) = mpsc::unbounded_channel();
    let (stop, app) = (app.stop.clone(), Arc::downgrade(app));
    tokio::spawn(stop.run_until_cancelled_owned(async move {
        let mut hold = Hold::new(queue);
        let mut gate = Gate::new();
        loop {
            let Some(window) = app.upgrade().map(|app| app.webhooks.policies.widths(hook).0) else {
                return;
            };
            let Some(waiting) = hold.gather(window).await else { return };
            let Some(app) = app.upgrade() else { return };
            let (window, concurrency) = app.webhooks.policies.widths(hook);
            let chosen = match window {
                1 => 0,
                _ => app.webhooks.policies.choose(hook, waiting),
            };
            if let Some(delivery) = hold.take(chosen) {
                dispatch(&app, &client, delivery, gate.of_width(concurrency)).await;
            }
        }
    }));
    sender
}

/// Lets so many deliveries of a hook be on the way at a time.
struct Gate {
    width: usize,
    semaphore: Arc<Semaphore>,
}

impl Gate {
    fn new() -> Self {
        Self { width: 1, semaphore: Arc::new(Semaphore::new(1)) }
    }

    fn of_width(&mut self, width: usize) -> Arc<Semaphore> {
        if self.width != width {
            *self = Self { width, semaphore: Arc::new(Semaphore::new(width)) };
        }
        self.semaphore.clone()
    }
}

/// Lets a delivery suffer its fate; returns when it is on its way, or when it will be by itself.
async fn dispatch(app: &App, client: &reqwest::Client, id: u64, gate: Arc<Semaphore>) {
    let Some(delivery) = app.world().deliveries.get(id).cloned() else { return };
    let fate = app.webhooks.policies.draw(delivery.hook_id, delivery.redelivery);
    if fate.vanished {
        app.world().deliveries.vanished(id);
        return;
    }
    if fate.dropped {
        finish(app, &delivery, &Attempt::begin(app), Outcome::not_reached());
        return;
    }
    // A place is taken here for one that leaves now, so that order holds where only one is on the way.
    let place = match fate.delay_ms {
        0 => gate.clone().acquire_owned().await.ok(),
        _ => None,
    };
    let (client, sending) = (client.clone(), app.clone());
    tokio::spawn(app.stop.clone().run_until_cancelled_owned(async move {
        let mut place = place;
        if place.is_none() {
            tokio::time::sleep(Duration::from_millis(fate.delay_ms)).await;
            place = gate.acquire_owned().await.ok();
        }
        run(&sending, &client, &delivery, fate.doubled).await;
        drop(place);
    }));
}

async fn run(app: &App, client: &reqwest::Client, delivery: &Delivery, doubled: bool) {
    let attempt = Attempt::begin(app);
    let fault = app.faults.meet(&Meeting {
        route: &format!("webhooks.{}", delivery.event),
        method: "POST",
        path: &delivery.url,
    });
    if let Some((_, FaultKind::Delay { ms })) = &fault {
        tokio::time::sleep(Duration::from_millis(*ms)).await;
    }
    let outcome = match fault {
        Some((_, FaultKind::DropBeforeEffect | FaultKind::Hang)) => Outcome::failed("not sent", 0),
        Some((_, FaultKind::DropAfterEffect | FaultKind::HangAfterEffect)) => {
            send(client, delivery).await;
            Outcome::timed_out()
        }
        _ if doubled => tokio::join!(send(client, delivery), send(client, delivery)).0,
        _ => send(client, delivery).await,
    };
    tracing::info!(
        hook.id = delivery.hook_id,
        delivery.guid = %delivery.guid,
        delivery.event = %delivery.event,
        delivery.status = %outcome.status,
        "delivered a webhook"
    );
    finish(app, delivery, &attempt, outcome);
}

fn finish(app: &App, delivery: &Delivery, attempt: &Attempt, outcome: Outcome) {
    let mut world = app.world();
    if let Some(hook) = world.hook_mut(delivery.hook_id) {
        hook.last_response = LastResponse {
            code: Some(outcome.code),
            status: if outcome.status == "OK" {
                "active".to_owned()
            } else {
                outcome.status.clone()
            },
            message: Some(outcome.status.clone()),
        };
    }
    let ending = Ending {
        delivered_at: attempt.at,
        duration: attempt.started.elapsed().as_secs_f64(),
        status: outcome.status,
        status_code: outcome.code,
        response: outcome.response,
    };
    world.deliveries.ended(delivery.id, ending);
}

async fn send(client: &reqwest::Client, delivery: &Delivery) -> Outcome {
    let mut request = client.post(&delivery.url).body(delivery.request.body.to_string());
    for (name, value) in &delivery.request.headers {
        request = request.header(name, value);
    }
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) if error.is_timeout() => return Outcome::timed_out(),
        Err(_) => return Outcome::not_reached(),
    };
    let code = response.status().as_u16();
    let names = response.headers().iter();
    let headers = names.map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    let headers = headers.collect();
    let mut kept = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(chunk) => kept.extend_from_slice(&chunk[..chunk.len().min(KEPT_BODY - kept.len())]),
            Err(_) => return Outcome::timed_out(),
        }
        if kept.len() == KEPT_BODY {
            break;
        }
    }
    let status = if (200..300).contains(&code) {
        "OK".to_owned()
    } else {
        format!("Invalid HTTP Response: {code}")
    };
    Outcome {
        status,
        code,
        response: DeliveryResponse { headers, body: String::from_utf8_lossy(&kept).into_owned() },
    }
}
