//! A row of the table of calls: where it is, who may make it, what it does and how the document has it.

use std::sync::Arc;

use axum::{
    Router,
    handler::Handler,
    http::Method,
    middleware,
    routing::{MethodFilter, MethodRouter, on},
};
use pullwright_proto::error::ErrorReason;

use crate::{
    App, Role,
    edge::{
        auth::{self, Door},
        reason::{OF_PREVIEWS, answer_of_runner},
    },
    openapi::{Described, Operation, Sketch},
};

/// One call of the REST surface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The path, with a name in braces where an id stands.
    pub path: &'static str,
    /// Its name for programs.
    pub id: &'static str,
    /// The least role that may make it; none when everybody may.
    pub role: Option<Role>,
    /// How it may be refused: statuses with the envelope's codes.
    pub refusals: Vec<(u16, &'static str)>,
}

/// A call with its handler.
pub(crate) struct Route {
    pub(crate) call: Call,
    summary: &'static str,
    sketch: Sketch,
    handler: MethodRouter<Arc<App>>,
}

impl Route {
    /// A call for `role`; its handler says what it takes and gives.
    pub(super) fn new<T: 'static, D, H: Handler<T, Arc<App>> + Described<D>>(
        (method, filter): (Method, MethodFilter),
        path: &'static str,
        role: Option<Role>,
        handler: H,
    ) -> Self {
        let mut sketch = Sketch::default();
        handler.describe(&mut sketch);
        sketch.refuses(&[ErrorReason::InternalError, ErrorReason::ServiceUnavailable]);
        if let Some(role) = role {
            // Every query is held against the parameters that the call takes.
            sketch.refuses(&[ErrorReason::Unauthenticated, ErrorReason::ValidationError]);
            if role > Role::Viewer {
                sketch.refuses(&[ErrorReason::PermissionDenied]);
            }
        }
        let call = Call { method, path, id: "", role, refusals: Vec::new() };
        Self { call, summary: "", sketch, handler: on(filter, handler) }.noted()
    }

    /// Gives it its name for programs, and says in a sentence what it does.
    pub(crate) fn named(mut self, id: &'static str, summary: &'static str) -> Self {
        self.call.id = id;
        self.summary = summary;
        self
    }

    /// Says for which reasons its core may refuse it.
    pub(crate) fn refuses(mut self, reasons: &[ErrorReason]) -> Self {
        self.sketch.refuses(reasons);
        self.noted()
    }

    /// Says that it may end as the job that it looks ahead to.
    pub(super) fn refuses_as_its_job(mut self) -> Self {
        for reason in OF_PREVIEWS {
            self.sketch.refuses_as(answer_of_runner(*reason));
        }
        self.noted()
    }

    fn noted(mut self) -> Self {
        self.call.refusals = self.sketch.refusals();
        self
    }

    /// As the document has it.
    pub(super) fn operation(&self) -> Operation<'_> {
        Operation {
            method: self.call.method.as_str(),
            path: self.call.path,
            id: self.call.id,
            summary: self.summary,
            role: self.call.role.map(Role::as_str),
            sketch: &self.sketch,
        }
    }

    /// Adds it to a router, behind its door if it has one.
    pub(crate) fn add_to(self, router: Router<Arc<App>>, app: &Arc<App>) -> Router<Arc<App>> {
        let handler = match self.call.role {
            None => self.handler,
            Some(needs) => {
                let queries = self.sketch.queries().into();
                let door = Door { app: app.clone(), needs, queries };
                self.handler.route_layer(middleware::from_fn_with_state(door, auth::admit))
            }
        };
        router.route(self.call.path, handler)
    }
}

/// A call that everybody may make who reaches the port.
pub(crate) fn open<T: 'static, D, H: Handler<T, Arc<App>> + Described<D>>(
    method: (Method, MethodFilter),
    path: &'static str,
    handler: H,
) -> Route {
    Route::new(method, path, None, handler)
}
