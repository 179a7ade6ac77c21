//! A receiver of webhooks that keeps what it got.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;

use super::eventually;

/// One delivery as it arrived.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) raw: Bytes,
}

impl Received {
    /// Returns a header as text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Returns the body as JSON.
    pub(crate) fn body(&self) -> Value {
        serde_json::from_slice(&self.raw).unwrap()
    }

    /// Says whether the signature over the raw bytes is one made with the secret.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let given = self.header("x-hub-signature-256").strip_prefix("sha256=").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(&self.raw);
        mac.verify_slice(&hex::decode(given).unwrap()).is_ok()
    }
}

#[derive(Clone)]
struct Kept {
    received: Arc<Mutex<Vec<Received>>>,
    status: StatusCode,
}

/// A receiver on a free port.
pub(crate) struct Receiver {
    kept: Kept,
    url: String,
}

impl Receiver {
    /// Starts a receiver that answers every delivery with a status.
    pub(crate) async fn start(status: StatusCode) -> Self {
        let kept = Kept { received: Arc::default(), status };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks/github", listener.local_addr().unwrap());
        let router = Router::new().route("/webhooks/github", post(keep)).with_state(kept.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { kept, url }
    }

    /// Returns where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns what arrived so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.kept.received.lock().unwrap().clone()
    }

    /// Waits until so many have arrived.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        eventually(&format!("{count} deliveries"), || async {
            let received = self.received();
            (received.len() >= count).then_some(received)
        })
        .await
    }
}

async fn keep(
    State(kept): State<Kept>,
    headers: HeaderMap,
    raw: Bytes,
) -> (StatusCode, &'static str) {
    kept.received.lock().unwrap().push(Received { headers, raw });
    (kept.status, "{\"status\":\"ok\"}")
}
