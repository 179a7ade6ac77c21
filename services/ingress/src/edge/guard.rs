//! Around every call: its id, its span, its time limit, and one log line when it is over.

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::FutureExt as _;
use pullwright_rpc::Context;
use pullwright_telemetry::{request_id, trace_context};
use tracing::Instrument as _;

use super::error::{ApiError, ErrorCode};

/// The longest that a call may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);
const REQUEST_ID: HeaderName = HeaderName::from_static(request_id::HEADER);

/// Who acts until somebody proved who it is.
const NOBODY: &str = "anonymous";

pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = request_id::accept(text(&request, request_id::HEADER));
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("http", otel.name = %format_args!("{method} {route}"), http.method = %method, http.route = %route, request.id = %request_id, actor = tracing::field::Empty);
    if let Some(parent) = text(&request, trace_context::TRACEPARENT) {
        trace_context::set_parent(&span, parent);
    }
    let header = HeaderValue::from_str(&request_id);
    let context = Context { request_id, actor: NOBODY.to_owned(), role: None };
    let answer = async {
        let response = within_limits(request, next).await;
        log(&response, started, &route);
        response
    };
    let mut response = context.scope(answer).instrument(span).await;
    if let Ok(header) = header {
        response.headers_mut().insert(REQUEST_ID, header);
    }
    response
}

async fn within_limits(request: Request, next: Next) -> Response {
    // The panic hook has logged what happened.
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(TIME_LIMIT, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => ApiError::internal().into_response(),
        Err(_elapsed) => {
            let text = format!("this took longer than {} s; try again", TIME_LIMIT.as_secs());
            ApiError::unavailable(text).into_response()
        }
    }
}

/// Probes come every second and say nothing new, and a delivery that was taken has a line of its own: theirs are for those who ask for
/// them.
fn log(response: &Response, started: Instant, route: &str) {
    let is_quiet = match route {
        "/healthz" | "/readyz" => true,
        "/webhooks/github" => response.status().is_success(),
        _ => false,
    };
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let error_code = response.extensions().get::<ErrorCode>().map(|code| code.0);
    if is_quiet {
        tracing::debug!(status, duration_ms, error_code, "answered with {status}");
    } else {
        tracing::info!(status, duration_ms, error_code, "answered with {status}");
    }
}

fn text<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    async fn answer(path: &str) -> (u16, String) {
        let router = Router::new()
            .route("/panics", get(async || -> &str { panic!("as asked") }))
            .route("/hangs", get(std::future::pending::<&str>))
            .layer(middleware::from_fn(guard));
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("infallible");
        let status = response.status().as_u16();
        assert!(response.headers().contains_key(REQUEST_ID));
        let code = response.extensions().get::<ErrorCode>().map(|code| code.0.to_owned());
        (status, code.unwrap_or_default())
    }

    #[tokio::test]
    async fn a_panic_is_an_answer() {
        assert_eq!(answer("/panics").await, (500, "INTERNAL_ERROR".to_owned()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_takes_too_long_is_answered_in_time() {
        let started = tokio::time::Instant::now();
        assert_eq!(answer("/hangs").await, (503, "SERVICE_UNAVAILABLE".to_owned()));
        assert_eq!(started.elapsed(), TIME_LIMIT);
    }
}
