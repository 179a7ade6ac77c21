//! Answers on a listener until it is told to stop.

use std::{io, sync::Arc};

use axum::{
    Router, middleware,
    routing::{get, post},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    App,
    edge::{connections, fallback, guard},
    health, rest, webhook,
};

/// Serves until `stop` is cancelled, then lets running calls end for ten seconds.
///
/// # Errors
/// The listener broke.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: CancellationToken,
) -> io::Result<()> {
    connections::serve(router(app), listener, stop).await
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
