//! What every REST call passes: the User-Agent rule, authentication, the rate limit, and the headers of each answer.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use uuid::Uuid;

use super::caller::{AppCaller, Caller};
use super::error::ApiError;
use super::etag;
use super::rate::{Holder, Rate, Resource};
use crate::app::App;
use crate::jwt::{self, Jwt, JwtError};
use crate::world::{Identity, TokenKind};

/// Who calls.
pub(crate) enum Who {
    /// Nobody.
    Nobody,
    /// Somebody with a token.
    Token(Identity),
    /// An App that speaks for itself.
    App(u64),
}

impl Who {
    /// Returns whom the call is counted for.
    pub(crate) fn holder(&self) -> Holder {
        match self {
            Self::Nobody => Holder::Nobody,
            Self::Token(identity) => Holder::Token(identity.index),
            Self::App(id) => Holder::App(*id),
        }
    }
}

/// Lets a call through as the caller it comes from, or refuses it as GitHub does.
pub(super) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = match admit(&app, request.headers()) {
        Err(refusal) => refusal.into_response(),
        Ok(who) => pass(&app, who, request, next).await,
    };
    common_headers(response.headers_mut());
    response
}

async fn pass(app: &App, who: Who, mut request: Request, next: Next) -> Response {
    let holder = who.holder();
    let of_hooks = request.uri().path().contains("/hooks");
    let asks_for_rate = request.uri().path() == "/rate_limit";
    let known = etag::Known::of(&request);
    let mut rate = match asks_for_rate {
        true => app.rates.look(Resource::Core, holder, app.now()),
        false => app.rates.count(Resource::Core, holder, app.now()),
    };
    let identity = match who {
        Who::Token(identity) => Some(identity),
        Who::Nobody => None,
        Who::App(id) => {
            request.extensions_mut().insert(AppCaller(id));
            None
        }
    };
    let mut response = if rate.exceeded && !asks_for_rate {
        let message = "API rate limit exceeded for this token.";
        ApiError::new(StatusCode::FORBIDDEN, message).into_response()
    } else {
        request.extensions_mut().insert(Caller(identity.clone()));
        request.extensions_mut().insert(holder);
        known.answer(next.run(request).await).await
    };
    if response.status() == StatusCode::NOT_MODIFIED {
        rate = app.rates.give_back(Resource::Core, holder, app.now());
    }
    rate_headers(response.headers_mut(), &rate, Resource::Core);
    if let Some(identity) = &identity {
        token_headers(response.headers_mut(), identity, of_hooks);
    }
    response
}

/// Why a call is not let through.
pub(crate) enum Refusal {
    /// It has no User-Agent.
    NoUserAgent,
    /// Nobody has that token.
    BadCredentials,
    /// An App's token is not taken.
    Jwt(JwtError),
    /// There is no such App.
    NoApp,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let text = "\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent \
                    header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). \
                    Check https://developer.github.com for other possible causes.\r\n";
        match self {
            Self::NoUserAgent => (StatusCode::FORBIDDEN, text).into_response(),
            Self::BadCredentials => {
                ApiError::new(StatusCode::UNAUTHORIZED, "Bad credentials").into_response()
            }
            Self::Jwt(error) => {
                ApiError::new(StatusCode::UNAUTHORIZED, error.to_string()).into_response()
            }
            Self::NoApp => {
                ApiError::new(StatusCode::NOT_FOUND, "Integration not found").into_response()
            }
        }
    }
}

/// Finds out who calls.
pub(crate) fn admit(app: &App, headers: &HeaderMap) -> Result<Who, Refusal> {
    if headers.get(header::USER_AGENT).is_none_or(HeaderValue::is_empty) {
        return Err(Refusal::NoUserAgent);
    }
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(Who::Nobody) };
    let secret = value.to_str().ok().and_then(secret).ok_or(Refusal::BadCredentials)?;
    let now = app.now();
    if jwt::is_jwt(&secret) {
        let token = Jwt::parse(&secret).map_err(Refusal::Jwt)?;
        let key = app.world().apps.get(&token.issuer).map(|found| found.public_key.clone());
        token.verify(&key.ok_or(Refusal::NoApp)?, now).map_err(Refusal::Jwt)?;
        return Ok(Who::App(token.issuer));
    }
    let identity = app.world().tokens.identify(&secret, now).ok_or(Refusal::BadCredentials)?;
    Ok(Who::Token(identity))
}

/// Takes the token out of an Authorization header; REST accepts all three schemes, git only the last.
fn secret(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once(' ')?;
    match scheme.to_lowercase().as_str() {
        "bearer" | "token" => Some(rest.trim().to_owned()),
        "basic" => basic_password(rest),
        _ => None,
    }
}

/// Takes the password out of a Basic credential; the user name does not matter to GitHub.
pub(crate) fn basic_password(encoded: &str) -> Option<String> {
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

/// Says how a resource's limit stands.
pub(crate) fn rate_headers(headers: &mut HeaderMap, rate: &Rate, resource: Resource) {
    let mut set = |name: &'static str, value: HeaderValue| {
        headers.insert(HeaderName::from_static(name), value)
    };
    set("x-ratelimit-limit", rate.limit.into());
    set("x-ratelimit-remaining", rate.remaining.into());
    set("x-ratelimit-used", rate.used.into());
    set("x-ratelimit-reset", rate.reset.into());
    set("x-ratelimit-resource", HeaderValue::from_static(resource.name()));
}

/// What GitHub says of the token in every answer to it.
fn token_headers(headers: &mut HeaderMap, identity: &Identity, of_hooks: bool) {
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    if let Some(end) = identity.expires_at {
        let end = end.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
        set("github-authentication-token-expiration", end);
    }
    if let TokenKind::Classic { scopes } = &identity.kind {
        set("x-oauth-scopes", scopes.join(", "));
        let accepted = match of_hooks {
            true => "admin:repo_hook, public_repo, read:repo_hook, repo, write:repo_hook",
            false => "repo",
        };
        set("x-accepted-oauth-scopes", accepted.to_owned());
    }
}

/// Sets the headers of every answer.
pub(crate) fn common_headers(headers: &mut HeaderMap) {
    let mut set = |name: &'static str, value: HeaderValue| {
        headers.insert(HeaderName::from_static(name), value)
    };
    let id = Uuid::new_v4().simple().to_string().to_uppercase();
    let id =
        format!("{}:{}:{}:{}:{}", &id[0..4], &id[4..10], &id[10..17], &id[17..24], &id[24..32]);
    set(
        "x-github-request-id",
        HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("0000")),
    );
    set("x-github-media-type", HeaderValue::from_static("github.v3; format=json"));
    set("x-github-api-version-selected", HeaderValue::from_static("2022-11-28"));
    set("x-github-enterprise-version", HeaderValue::from_static("3.19.0"));
    set("server", HeaderValue::from_static("github.com"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_of_rest_carries_the_same_token() {
        let basic = format!("Basic {}", BASE64_STANDARD.encode("anyone:a:b"));
        assert_eq!(secret(&basic).as_deref(), Some("a:b"));
        assert_eq!(secret("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(secret("token abc").as_deref(), Some("abc"));
        assert_eq!(secret("Digest abc"), None);
    }
}
