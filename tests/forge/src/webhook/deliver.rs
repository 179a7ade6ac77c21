//! Sending one delivery after another and writing down how each ended. It never tries twice.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use tokio::sync::mpsc;

use super::Job;
use crate::app::App;
use crate::fault::Meeting;
use crate::world::{DeliveryResponse, FaultKind};

/// How much of an answer is kept.
const KEPT_BODY: usize = 64 * 1024;

/// How a delivery ended.
struct Ending {
    status: String,
    code: u16,
    response: DeliveryResponse,
}

impl Ending {
    fn failed(status: &str) -> Self {
        Self { status: status.to_owned(), code: 0, response: DeliveryResponse::default() }
    }
}

/// Starts the task of one hook; it ends with the forge.
pub(super) fn start(app: &App, client: reqwest::Client) -> mpsc::UnboundedSender<Job> {
    let (sender, mut jobs) = mpsc::unbounded_channel::<Job>();
    let (stop, app) = (app.stop.clone(), std::sync::Arc::downgrade(app));
    tokio::spawn(stop.run_until_cancelled_owned(async move {
        while let Some(job) = jobs.recv().await {
            let Some(app) = app.upgrade() else { return };
            run(&app, &client, &job).await;
        }
    }));
    sender
}

async fn run(app: &App, client: &reqwest::Client, job: &Job) {
    let Some(delivery) = app.world().deliveries.get(&job.delivery).cloned() else { return };
    let started = Instant::now();
    let delivered_at = app.now();
    let fault = app.faults.meet(&Meeting {
        route: &format!("webhooks.{}", delivery.event),
        method: "POST",
        path: &job.url,
    });
    if let Some((_, FaultKind::Delay { ms })) = &fault {
        tokio::time::sleep(Duration::from_millis(*ms)).await;
    }
    let ending = match fault {
        Some((_, FaultKind::DropBeforeEffect | FaultKind::Hang)) => Ending::failed("not sent"),
        Some((_, FaultKind::DropAfterEffect | FaultKind::HangAfterEffect)) => {
            send(client, job, &delivery.request.headers, &delivery.request.body).await;
            Ending::failed("timed out")
        }
        _ => send(client, job, &delivery.request.headers, &delivery.request.body).await,
    };
    tracing::info!(
        hook.id = delivery.hook_id,
        delivery.guid = %delivery.guid,
        delivery.event = %delivery.event,
        delivery.status = %ending.status,
        "delivered a webhook"
    );
    if let Some(entry) = app.world().deliveries.get_mut(&job.delivery) {
        entry.delivered_at = delivered_at;
        entry.duration = started.elapsed().as_secs_f64();
        entry.status = ending.status;
        entry.status_code = ending.code;
        entry.response = ending.response;
    }
}

async fn send(
    client: &reqwest::Client,
    job: &Job,
    headers: &BTreeMap<String, String>,
    body: &str,
) -> Ending {
    let mut request = client.post(&job.url).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) if error.is_timeout() => return Ending::failed("timed out"),
        Err(_) => return Ending::failed("failed to connect to host"),
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
            Err(_) => return Ending::failed("timed out"),
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
    Ending {
        status,
        code,
        response: DeliveryResponse { headers, body: String::from_utf8_lossy(&kept).into_owned() },
    }
}
