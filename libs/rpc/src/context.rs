//! What accompanies a request through all services: its id and who wants it.

use std::future::Future;

use crate::Role;

/// Metadata key of the request id.
pub const REQUEST_ID: &str = "x-request-id";
/// Metadata key of the person behind a call; believed from ingress only.
pub const ACTOR: &str = "x-pullwright-actor";
/// Metadata key of the W3C trace context.
pub const TRACEPARENT: &str = "traceparent";

/// A request's companions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The request id, as the client gave it or minted at the edge.
    pub request_id: String,
    /// Who wants it: a person's name, or the calling service's role.
    pub actor: String,
    /// The role of the direct caller; `None` at the edge, where there is no gRPC caller.
    pub role: Option<Role>,
}

tokio::task_local! {
    static CURRENT: Context;
}

impl Context {
    /// Runs `work` with this context; calls made inside carry it along.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// The context of the running request, if there is one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// The current actor, or `fallback` outside a request.
    #[must_use]
    pub fn actor_or(fallback: &str) -> String {
        Self::current().map_or_else(|| fallback.to_owned(), |context| context.actor)
    }

    /// The current request id, empty outside a request.
    #[must_use]
    pub fn request_id() -> String {
        Self::current().map(|context| context.request_id).unwrap_or_default()
    }
}
