//! The layer in front of every method: ids, span, role, one log line.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{self, Poll},
    time::Instant,
};

use http::{Request, Response};
use pullwright_telemetry::{request_id, trace_context};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};
use tracing::Instrument as _;

use crate::{Callers, Context, Role, access, context, explain::Explain, metrics};

/// Puts [`Door`] in front of a server's routes.
#[derive(Clone)]
pub(crate) struct DoorLayer {
    pub(crate) service: &'static str,
    /// The services that are there; all others are absent, whether the contract has them or not.
    pub(crate) served: Arc<[&'static str]>,
    pub(crate) callers: Arc<Callers>,
}

impl<S> Layer<S> for DoorLayer {
    type Service = Door<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Door { inner, layer: self.clone() }
    }
}

/// Lets a call in when its token proves a role that may make it.
#[derive(Clone)]
pub(crate) struct Door<S> {
    inner: S,
    layer: DoorLayer,
}

impl<S> Service<Request<Body>> for Door<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let ready = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, ready);
        let layer = self.layer.clone();
        Box::pin(async move { Ok(layer.pass(inner, request).await) })
    }
}

impl DoorLayer {
    async fn pass<S>(self, mut inner: S, request: Request<Body>) -> Response<Body>
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Send,
        S::Future: Send,
    {
        let started = Instant::now();
        let method = request.uri().path().trim_start_matches('/').to_owned();
        if method == metrics::PATH {
            return metrics::answer(bearer(&request).and_then(|token| self.callers.role_of(token)));
        }
        let request_id = request_id::accept(text(&request, context::REQUEST_ID));
        let span = tracing::info_span!("rpc", otel.name = %method, rpc.method = %method, request.id = %request_id, rpc.role = tracing::field::Empty);
        if let Some(parent) = text(&request, context::TRACEPARENT) {
            trace_context::set_parent(&span, parent);
        }
        let open = access::is_open(&method);
        async move {
            let response = match self.admit(&request, &method, open) {
                Err(Refused::Absent) => Status::unimplemented("").into_http(),
                Err(refused) => crate::status(self.service, &refused).into_http(),
                Ok(role) => {
                    tracing::Span::current().record("rpc.role", role.map(Role::as_str));
                    let actor = actor(&request, role);
                    let answer =
                        async { inner.call(request).await.unwrap_or_else(|never| match never {}) };
                    Context { request_id, actor, role }.scope(answer).await
                }
            };
            let code = Status::from_header_map(response.headers())
                .map_or(Code::Ok, |status| status.code());
            metrics::count(&method, code, started.elapsed());
            let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            if open {
                tracing::debug!(rpc.code = ?code, duration_ms, "handled {method}");
            } else {
                tracing::info!(rpc.code = ?code, duration_ms, "handled {method}");
            }
            response
        }
        .instrument(span)
        .await
    }

    fn admit(
        &self,
        request: &Request<Body>,
        method: &str,
        open: bool,
    ) -> Result<Option<Role>, Refused> {
        if open {
            return Ok(None);
        }
        let role = bearer(request)
            .and_then(|token| self.callers.role_of(token))
            .ok_or(Refused::Unauthenticated)?;
        let service = method.split('/').next().unwrap_or_default();
        if !self.served.contains(&service) {
            return Err(Refused::Absent);
        }
        if access::allows(method, role) {
            Ok(Some(role))
        } else {
            Err(Refused::PermissionDenied { role, method: method.to_owned() })
        }
    }
}

fn text<'r>(request: &'r Request<Body>, name: &str) -> Option<&'r str> {
    request.headers().get(name)?.to_str().ok()
}

fn bearer(request: &Request<Body>) -> Option<&str> {
    let value = request.headers().get(http::header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The person behind the call where ingress vouches for one, else the caller's role.
fn actor(request: &Request<Body>, role: Option<Role>) -> String {
    match (role, text(request, context::ACTOR)) {
        (Some(Role::Ingress), Some(person)) if !person.is_empty() && person.len() <= 128 => {
            person.to_owned()
        }
        (Some(role), _) => role.as_str().to_owned(),
        (None, _) => "anonymous".to_owned(),
    }
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("send `authorization: Bearer <service token>`")]
    Unauthenticated,
    #[error("role {role} may not call {method}")]
    PermissionDenied { role: Role, method: String },
    /// Looks like what a server says about a service that it has never heard of.
    #[error("no such service")]
    Absent,
}

impl Explain for Refused {
    fn code(&self) -> Code {
        match self {
            Self::Unauthenticated => Code::Unauthenticated,
            Self::PermissionDenied { .. } => Code::PermissionDenied,
            Self::Absent => Code::Unimplemented,
        }
    }

    fn reason(&self) -> pullwright_proto::error::ErrorReason {
        match self {
            Self::Unauthenticated => pullwright_proto::error::ErrorReason::Unauthenticated,
            Self::PermissionDenied { .. } => pullwright_proto::error::ErrorReason::PermissionDenied,
            Self::Absent => pullwright_proto::error::ErrorReason::ResourceNotFound,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unauthenticated | Self::Absent => Vec::new(),
            Self::PermissionDenied { role, method } => {
                vec![("role", role.to_string()), ("method", method.clone())]
            }
        }
    }
}
