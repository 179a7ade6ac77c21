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

    /// Who owns the request ids of AIP-155 that a call brings: `role`, or `role actor` where a person stands behind the role.
    #[must_use]
    pub fn caller() -> String {
        let Some(Self { actor, role, .. }) = Self::current() else { return String::new() };
        match role {
            Some(role) if role.as_str() != actor => format!("{role} {actor}"),
            _ => actor,
        }
    }

    /// The current request id, empty outside a request.
    #[must_use]
    pub fn request_id() -> String {
        Self::current().map(|context| context.request_id).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn caller(role: Option<Role>, actor: &str) -> String {
        let context = Context { request_id: String::new(), actor: actor.to_owned(), role };
        context.scope(async { Context::caller() }).await
    }

    #[tokio::test]
    async fn a_person_is_never_taken_for_a_role() {
        assert_eq!(caller(Some(Role::Client), "client").await, "client");
        assert_eq!(caller(Some(Role::Ingress), "client").await, "ingress client");
        assert_eq!(caller(Some(Role::Ingress), "ingress").await, "ingress");
    }
}
