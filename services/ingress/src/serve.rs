//! Answers on a listener until it is told to stop.

use std::{future::IntoFuture as _, io, sync::Arc, time::Duration};

use axum::{
    Router, middleware,
    routing::{get, post},
    serve::ListenerExt as _,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    App,
    edge::{fallback, guard},
    health, rest, webhook,
};

/// How long calls that are under way may take after the service was asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop` is cancelled, then lets running calls end for ten seconds.
///
/// # Errors
/// The listener broke.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: CancellationToken,
) -> io::Result<()> {
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's delay");
        }
    });
    let serving = axum::serve(listener, router(app))
        .with_graceful_shutdown(stop.clone().cancelled_owned())
        .into_future();
    tokio::select! {
        served = serving => served,
        () = overdue(&stop) => {
            tracing::warn!("stopping with calls under way, the grace period is over");
            Ok(())
        }
    }
}

async fn overdue(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(GRACE).await;
}

fn router(app: Arc<App>) -> Router {
    rest::router(&app)
        .route("/webhooks/github", post(webhook::receive))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .fallback(fallback::not_found)
        .method_not_allowed_fallback(fallback::method_not_allowed)
        .layer(middleware::from_fn(guard::guard))
        .with_state(app)
}
