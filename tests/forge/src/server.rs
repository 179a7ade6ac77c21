//! The one port: accepts connections, puts the routers together, closes a connection without an answer where a
//! fault says so. It knows no route's meaning.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, middleware};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

use crate::app::App;
use crate::fault::{self, DropConnection};
use crate::{control, rest, smart_http, web};

/// A dropped answer, as the connection sees it.
#[derive(Debug, thiserror::Error)]
#[error("a fault closes this connection without an answer")]
struct Dropped;

/// Makes the router of everything.
pub(crate) fn router(app: &App) -> Router {
    let routes = Router::new()
        .nest("/_control", control::router())
        .nest("/api/v3", rest::router(app))
        .route("/api/graphql", post(rest::graphql))
        .route("/meta", get(rest::meta_page))
        .route("/{owner}/{repo}/info/refs", get(smart_http::info_refs))
        .route("/{owner}/{repo}/git-upload-pack", post(smart_http::upload_pack))
        .route("/{owner}/{repo}/git-receive-pack", post(smart_http::receive_pack))
        .route("/{owner}/{repo}", get(web::repository))
        .route("/{owner}/{repo}/pull/{number}", get(web::pull))
        .with_state(app.clone());
    // Around a router of its own: an address may be rewritten before it is routed.
    Router::new()
        .fallback_service(routes)
        .layer(middleware::from_fn_with_state(app.clone(), rest::resolve_number))
        .layer(middleware::from_fn_with_state(app.clone(), fault::observe))
}

/// Serves connections until the forge is told to stop.
pub(crate) async fn serve(app: App, listener: TcpListener) {
    let router = router(&app);
    let stop = app.stop.clone();
    drop(app);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                let (router, stop) = (router.clone(), stop.clone());
                tokio::spawn(stop.run_until_cancelled_owned(connection(router, stream)));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                // Out of file descriptors: the next try would fail at once as well.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(router: Router, stream: TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps Nagle's algorithm");
    }
    let service = service_fn(move |request: http::Request<Incoming>| {
        let router = router.clone();
        async move {
            let answered: Result<Response, Infallible> =
                router.oneshot(request.map(Body::new)).await;
            let Ok(response) = answered;
            match response.extensions().get::<DropConnection>() {
                Some(_) => Err(Dropped),
                None => Ok(response),
            }
        }
    });
    if let Err(error) = auto::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), service)
        .await
    {
        tracing::debug!(%error, "a connection ended early");
    }
}
