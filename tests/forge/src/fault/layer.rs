//! The layer around everything: names the route, writes the request down and lets the faults strike.
//! It never writes a credential down.

use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};

use super::Meeting;
use super::strike::{DropConnection, strike};
use crate::app::App;
use crate::route;
use crate::world::{FaultKind, RequestRecord};

/// Observes a request; calls of the control API are neither logged nor struck.
pub(crate) async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = route::name(&method, &path, request.uri().query().unwrap_or_default());
    if route == route::CONTROL {
        return next.run(request).await;
    }
    let started = Instant::now();
    let fault = app.faults.meet(&Meeting { route, method: method.as_str(), path: &path });
    let record = record(&app, route, &request, fault.as_ref().map(|(id, _)| *id));
    let sequence = app.log().arrived(record);
    let noted = Noted { app: app.clone(), sequence, started };
    let delay = match &fault {
        Some((_, FaultKind::Delay { ms })) => Duration::from_millis(*ms),
        _ => Duration::ZERO,
    };
    let making = async move {
        tokio::time::sleep(delay).await;
        next.run(request).await
    };
    let answer = async {
        if route.starts_with("git.") {
            // Streams end with their client, as the child behind them must.
            return making.await;
        }
        // A client that goes away does not stop GitHub, not even when GitHub is slow.
        let running = tokio::spawn(making);
        running.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a handler panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        })
    };
    let response = match fault {
        Some((_, kind)) => strike(kind, &method, answer).await,
        None => answer.await,
    };
    let dropped = response.extensions().get::<DropConnection>().is_some();
    noted.answered(if dropped { 0 } else { response.status().as_u16() }, route);
    response
}

/// A request that is in the log and waits for its end.
struct Noted {
    app: App,
    sequence: u64,
    started: Instant,
}

impl Noted {
    fn answered(&self, status: u16, route: &str) {
        let duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.app.log().answered(self.sequence, route, status, duration_ms);
        tracing::info!(
            http.route = route,
            http.status = status,
            duration_ms,
            "answered {route} with {status}"
        );
    }
}

fn record(app: &App, route: &str, request: &Request, fault: Option<u64>) -> RequestRecord {
    let headers = request.headers();
    let mut header_names: Vec<String> = headers.keys().map(ToString::to_string).collect();
    header_names.sort_unstable();
    RequestRecord {
        sequence: 0,
        at: app.clock.now(),
        method: request.method().to_string(),
        route: route.to_owned(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        status: 0,
        duration_ms: 0,
        user_agent: text(headers, header::USER_AGENT).map(str::to_owned),
        authorization: scheme(headers),
        header_names,
        fault,
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Returns the scheme of the Authorization header; a bare credential without one is called `other`.
fn scheme(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?;
    let scheme = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .map(|(scheme, _)| scheme.to_lowercase());
    Some(
        scheme
            .filter(|scheme| ["basic", "bearer", "token"].contains(&scheme.as_str()))
            .unwrap_or_else(|| "other".to_owned()),
    )
}
