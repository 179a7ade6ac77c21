//! Answers on a listener until it is told to stop.

use std::{io, sync::Arc};

use axum::{Router, http::Method, middleware, routing::MethodFilter};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    App, document,
    edge::{connections, fallback, guard},
    health,
    rest::{self, Route, open},
    webhook,
};

/// Serves until `stop` is cancelled, then lets running calls end for ten seconds and deliveries reach the ledger.
///
/// # Errors
/// The listener broke.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: CancellationToken,
) -> io::Result<()> {
    let ended = app.clone();
    let ending = stop.clone();
    // Streams have no end of their own.
    tokio::spawn(async move {
        ending.cancelled().await;
        ended.watchers.end();
    });
    let served = connections::serve(router(app.clone()), listener, stop).await;
    app.batches.drained(connections::GRACE).await;
    served
}

fn router(app: Arc<App>) -> Router {
    let open = open_routes().into_iter();
    open.fold(rest::router(&app), |router, route| route.add_to(router, &app))
        .fallback(fallback::not_found)
        .method_not_allowed_fallback(fallback::method_not_allowed)
        .layer(middleware::from_fn(guard::guard))
        .with_state(app)
}

/// What everybody may ask who reaches the port: GitHub proves itself by its signature, the rest holds nothing to hide.
pub(crate) fn open_routes() -> Vec<Route> {
    let get = || (Method::GET, MethodFilter::GET);
    vec![
        open((Method::POST, MethodFilter::POST), "/webhooks/github", webhook::receive)
            .named("receiveWebhook", "Takes what GitHub tells; it is believed when it is signed with a secret of its repository."),
        open(get(), "/healthz", health::healthz).named("getHealth", "Answers as long as the process does."),
        open(get(), "/readyz", health::readyz).named("getReadiness", "Says whether the cores that every call needs serve."),
        open(get(), "/openapi.json", document::show).named("getDocument", "Shows this document."),
    ]
}
