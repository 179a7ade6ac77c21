//! Conditional requests: the mark of an answer's content, and 304 for who has that content already. It does not know
//! what a request costs.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest as _, Sha256};

/// What the client of a request has already.
pub(super) struct Known {
    is_get: bool,
    marks: Option<String>,
}

impl Known {
    /// Reads it out of a request.
    pub(super) fn of(request: &Request) -> Self {
        let marks = request.headers().get(header::IF_NONE_MATCH);
        Self {
            is_get: request.method() == Method::GET,
            marks: marks.and_then(|marks| marks.to_str().ok()).map(str::to_owned),
        }
    }

    /// Marks an answer, or empties it when the client has it.
    pub(super) async fn answer(self, response: Response) -> Response {
        if !self.is_get || response.status() != StatusCode::OK {
            return response;
        }
        let (mut parts, body) = response.into_parts();
        // Every body here was a whole string before.
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let mark = format!("W/\"{}\"", hex::encode(Sha256::digest(&bytes)));
        mark_headers(&mut parts.headers, &mark);
        let has_it = self.marks.is_some_and(|marks| marks.split(',').any(|one| same(one, &mark)));
        if !has_it {
            return Response::from_parts(parts, Body::from(bytes));
        }
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Body::empty())
    }
}

fn mark_headers(headers: &mut HeaderMap, mark: &str) {
    if let Ok(mark) = HeaderValue::try_from(mark) {
        headers.insert(header::ETAG, mark);
    }
    let private = HeaderValue::from_static("private, max-age=60, s-maxage=60");
    headers.insert(header::CACHE_CONTROL, private);
    let vary = HeaderValue::from_static("Accept, Authorization, Cookie, X-GitHub-OTP");
    headers.insert(header::VARY, vary);
}

/// Compares weakly, as RFC 9110 has it for If-None-Match.
fn same(given: &str, mark: &str) -> bool {
    let opaque = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    given.trim() == "*" || opaque(given) == opaque(mark)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn marks_are_compared_weakly() {
        assert!(same("\"a\"", "W/\"a\""));
        assert!(same(" W/\"a\" ", "W/\"a\""));
        assert!(same("*", "W/\"a\""));
        assert!(!same("W/\"b\"", "W/\"a\""));
    }
}
