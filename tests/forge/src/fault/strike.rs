//! What a fault does to an answer. It does not know which request it met.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::Body as _;

use crate::world::FaultKind;

/// Mark of an answer that is never to be sent: the server closes the connection instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DropConnection;

/// Applies a fault around the making of an answer.
pub(super) async fn strike(
    fault: FaultKind,
    method: &Method,
    answer: impl Future<Output = Response>,
) -> Response {
    match fault {
        FaultKind::DropBeforeEffect => dropped(),
        FaultKind::Hang => std::future::pending().await,
        FaultKind::Status { code, body, headers } => status(code, body, &headers),
        FaultKind::Redirect { url, code } => redirect(&url, code, method),
        // The wait is part of making the answer, see `layer`.
        FaultKind::Delay { .. } => answer.await,
        FaultKind::DropAfterEffect => {
            finish(answer.await).await;
            dropped()
        }
        FaultKind::HangAfterEffect => {
            finish(answer.await).await;
            std::future::pending().await
        }
        FaultKind::StatusAfterEffect { code, body, headers } => {
            finish(answer.await).await;
            status(code, body, &headers)
        }
        FaultKind::Truncate { bytes } => truncate(answer.await, bytes),
    }
}

fn dropped() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(DropConnection);
    response
}

/// Reads an answer to its end: a streamed one has had its effect only then.
async fn finish(response: Response) {
    let mut body = response.into_body();
    while let Some(Ok(_)) = body.frame().await {}
}

fn status(code: u16, body: String, headers: &BTreeMap<String, String>) -> Response {
    let json = serde_json::from_str::<serde_json::Value>(&body).is_ok();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if json { "application/json; charset=utf-8" } else { "text/plain; charset=utf-8" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn redirect(url: &str, code: Option<u16>, method: &Method) -> Response {
    let code = code.unwrap_or(if *method == Method::GET { 302 } else { 307 });
    status(code, String::new(), &BTreeMap::from([("location".to_owned(), url.to_owned())]))
}

/// Sends the head with its true length and so many bytes of the body, then breaks the connection.
fn truncate(response: Response, bytes: u64) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    let cut = body.into_data_stream().filter_map(move |chunk| {
        let chunk = chunk.ok().map(|chunk: Bytes| chunk.slice(..chunk.len().min(left)));
        left -= chunk.as_ref().map_or(0, Bytes::len);
        std::future::ready(chunk.filter(|chunk| !chunk.is_empty()).map(Ok))
    });
    let broken = stream::once(async {
        // The server flushes only when the body makes it wait; without this the bytes before would be lost too.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(std::io::Error::other("the answer is cut off here"))
    });
    Response::from_parts(parts, Body::from_stream(cut.chain(broken)))
}
