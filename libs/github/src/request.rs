//! Sends one request and takes its answer. Knows no endpoint and no shape of answers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pullwright_types::Host;
use reqwest::{
    Response, StatusCode, Url,
    header::{AUTHORIZATION, HeaderMap, HeaderValue, IF_NONE_MATCH, LOCATION},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use crate::{
    Call, Client, Effect, GithubError, Trail, body, classify, limits, numbers, text, trail,
};

/// Everything but the characters that an address never gives a meaning to.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is asked.
pub(crate) struct Request<'a> {
    pub(crate) call: Call,
    pub(crate) host: &'a Host,
    pub(crate) token: &'a SecretString,
    pub(crate) at: At<'a>,
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<Value>,
    /// The entity tag of an answer that is at hand; the same again comes without a body.
    pub(crate) etag: Option<&'a str>,
    /// A second secret that the request carries.
    pub(crate) secret: Option<&'a SecretString>,
    /// The record of what happens; a read that has one follows a redirect.
    pub(crate) trail: Option<&'a Trail>,
}

/// Where a request goes.
pub(crate) enum At<'a> {
    /// Below the REST API's base.
    Rest(&'a [&'a str]),
    /// To the GraphQL API.
    Graphql,
}

/// A 2xx answer, or 304 to a request that named an entity tag.
pub(crate) struct Answer {
    pub(crate) value: Value,
    pub(crate) headers: HeaderMap,
    pub(crate) is_modified: bool,
}

/// Sends the request, within the client's time limit, and gives what a 2xx answer holds.
pub(crate) async fn send(client: &Client, request: Request<'_>) -> Result<Answer, GithubError> {
    let sent = build(client, &request)?;
    exchange(client, &request, sent).instrument((request.call.0.span)()).await
}

/// The GraphQL API's address: an Enterprise Server has it beside the REST API, github.com below.
///
/// <https://docs.github.com/en/enterprise-server/graphql/guides/forming-calls-with-graphql#the-graphql-endpoint>
fn graphql(host: &Host) -> String {
    let base = host.api.strip_suffix("/v3").unwrap_or(&host.api);
    format!("{base}/graphql")
}

fn build(client: &Client, request: &Request<'_>) -> Result<reqwest::Request, GithubError> {
    let call = request.call;
    let unsendable = |source| GithubError::Unreachable { call, effect: Effect::None, source };
    let address = match request.at {
        At::Graphql => graphql(request.host),
        // An address drops such segments and would name something else; nothing on GitHub is called so.
        At::Rest(segments) if segments.iter().any(|one| matches!(*one, "" | "." | "..")) => {
            return Err(GithubError::NotFound { call });
        }
        At::Rest(segments) => {
            let path = segments.iter().map(|one| utf8_percent_encode(one, SEGMENT).to_string());
            format!("{}/{}", request.host.api, path.collect::<Vec<_>>().join("/"))
        }
    };
    let mut url = Url::parse(&address).map_err(|error| unsendable(error.into()))?;
    if !is_safe(&url) {
        return Err(unsendable("the API's address is neither https nor on this machine".into()));
    }
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(request.query);
    }
    let mut authorization =
        HeaderValue::try_from(format!("Bearer {}", request.token.expose_secret())).map_err(
            |_| GithubError::AuthFailed {
                call,
                text: "it holds characters that a header cannot hold".to_owned(),
            },
        )?;
    authorization.set_sensitive(true);
    let mut builder =
        client.http.request(call.0.method.clone(), url).header(AUTHORIZATION, authorization);
    if let Some(body) = &request.body {
        builder = builder.json(body);
    }
    if let Some(etag) = request.etag.and_then(|etag| HeaderValue::try_from(etag).ok()) {
        builder = builder.header(IF_NONE_MATCH, etag);
    }
    builder.build().map_err(|error| unsendable(error.without_url().into()))
}

/// A credential goes in the clear to this machine only, whatever the host's entry says.
fn is_safe(url: &Url) -> bool {
    let is_loopback = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback)
}

async fn exchange(
    client: &Client,
    request: &Request<'_>,
    mut sent: reqwest::Request,
) -> Result<Answer, GithubError> {
    let call = request.call;
    let started = Instant::now();
    let deadline = started + client.limits.request;
    let mut follows = request.trail.is_some() && call.is_read();
    loop {
        let again = if follows { sent.try_clone() } else { None };
        let answered = head(client, call, sent, deadline).await;
        let response = answered.inspect_err(|_| note(call, None, &HeaderMap::new(), started))?;
        request.trail.inspect(|trail| trail.note_answer());
        let location = response.headers().get(LOCATION).map(HeaderValue::as_bytes);
        let location = location.unwrap_or_default();
        if let Some(mut again) = again.filter(|_| is_move(response.status()))
            && let Some((url, id)) = trail::target(&request.host.api, again.url(), location)
        {
            note(call, Some(response.status()), response.headers(), started);
            request.trail.inspect(|trail| trail.note_move(id));
            *again.url_mut() = url;
            // Once: what is elsewhere again is an error.
            follows = false;
            sent = again;
            continue;
        }
        return conclude(client, request, response, started, deadline).await;
    }
}

/// Permanently or for now, with the method kept; 302 is neither.
fn is_move(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    )
}

async fn conclude(
    client: &Client,
    request: &Request<'_>,
    response: Response,
    started: Instant,
    deadline: Instant,
) -> Result<Answer, GithubError> {
    let (call, status) = (request.call, response.status());
    let headers = response.headers().clone();
    let cap = if status.is_success() { body::VALUE } else { body::REFUSAL };
    let body = body::read(response, cap, deadline).await;
    note(call, Some(status), &headers, started);
    if status.is_success() {
        let value = classify::success(call, status, body, client.limits.request)?;
        return Ok(Answer { value, headers, is_modified: true });
    }
    if status == StatusCode::NOT_MODIFIED && request.etag.is_some() {
        return Ok(Answer { value: Value::Null, headers, is_modified: false });
    }
    let location = headers.get(LOCATION).map(HeaderValue::as_bytes).unwrap_or_default();
    let [body, location] = [&body.bytes, location].map(|bytes| {
        let text = text::without(request.token, bytes);
        match request.secret {
            Some(secret) => text::without(secret, text.as_bytes()),
            None => text,
        }
    });
    Err(classify::failure(call, status, &headers, &body, &location, client.clock.now()))
}

/// The head of the answer. A read that lost its connection before any answer is sent once more, at once: most often it met a
/// pooled connection that the server had just closed. A mutation is not: the server may have read it.
async fn head(
    client: &Client,
    call: Call,
    request: reqwest::Request,
    deadline: Instant,
) -> Result<Response, GithubError> {
    let mut again = if call.is_read() { request.try_clone() } else { None };
    let mut request = request;
    loop {
        let error = match timeout_at(deadline, client.http.execute(request)).await {
            Ok(Ok(response)) => return Ok(response),
            Ok(Err(error)) => error.without_url(),
            Err(_) => {
                let (effect, limit) = (call.unanswered(), client.limits.request);
                return Err(GithubError::Timeout { call, effect, limit });
            }
        };
        let unsent = error.is_connect() || error.is_builder();
        match again.take() {
            Some(second) if !unsent => request = second,
            _ => {
                let effect = if unsent { Effect::None } else { call.unanswered() };
                return Err(GithubError::Unreachable { call, effect, source: error.into() });
            }
        }
    }
}

/// Counts a request that was answered or not, and writes it down.
fn note(call: Call, status: Option<StatusCode>, headers: &HeaderMap, started: Instant) {
    let remaining = limits::remaining(headers);
    numbers::count(call, status, remaining, started.elapsed());
    tracing::debug!(
        method = %call.0.method,
        route = call.0.template,
        status = status.map(|status| status.as_u16()),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        github.request_id = request_id(headers),
        github.ratelimit_remaining = remaining,
        "{}",
        if status.is_some() { "github answered" } else { "github gave no answer" }
    );
}

/// The id that GitHub's support asks for; dropped when it is not of the form that GitHub gives it, since it goes into the log.
fn request_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get("x-github-request-id")?.to_str().ok()?;
    let legal = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'-');
    (id.len() <= 64 && id.bytes().all(legal)).then_some(id)
}
