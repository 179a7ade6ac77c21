//! The development stack that the tests of the contract share, and one test's way to it.

use pullwright_harness::{Rest, Service, Stack, StackOptions, WireOptions, Wired, rest::Answer};
use serde_json::Value;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{
    ask::{Ask, Who},
    document::Document,
};
use crate::system::{System, logs};

struct Shared {
    stack: Stack,
    document: Document,
    base: Wired,
}

static SHARED: OnceCell<Shared> = OnceCell::const_new();

/// What a test has of the shared stack.
pub(super) struct World {
    /// The stack.
    pub(super) stack: &'static Stack,
    /// The server's document.
    pub(super) document: &'static Document,
    /// A repository that all may use who do not change it.
    pub(super) base: &'static Wired,
    /// The operator's client, of the test's own runtime.
    pub(super) rest: Rest,
}

impl World {
    /// Enters the shared stack, which the first one starts.
    pub(super) async fn enter() -> Self {
        let shared = SHARED.get_or_init(|| start(development("contract"))).await;
        let Shared { stack, document, base } = shared;
        Self { stack, document, base, rest: stack.rest().unwrap() }
    }

    /// Enters a stack that nobody shares; it lives as long as the tests do.
    pub(super) async fn alone(options: StackOptions) -> Self {
        let Shared { stack, document, base } = Box::leak(Box::new(start(options).await));
        Self { stack, document, base, rest: stack.rest().unwrap() }
    }

    /// The token to send, for a call that needs this role.
    pub(super) fn token(&self, who: Who, role: Option<&str>) -> Option<&str> {
        let credentials = &self.stack.credentials;
        match (who, role) {
            (Who::Nobody, _) | (Who::Entitled, None) => None,
            (Who::Stranger, _) => Some("nobody-holds-this-one"),
            (Who::Viewer, _) | (Who::Entitled, Some("viewer")) => Some(&credentials.viewer),
            (Who::Operator, _) | (Who::Entitled, Some("operator")) => Some(&credentials.operator),
            (Who::Admin, _) | (Who::Entitled, Some("admin")) => Some(&credentials.admin),
            (Who::Entitled, Some(role)) => panic!("the document has a role {role}"),
        }
    }

    /// Sends a request; the answer is as the document says.
    pub(super) async fn ask(&self, method: &str, path: &str, ask: &Ask) -> Answer {
        let answer = Rest::answer(ask.request(self, method, path)).await.unwrap();
        let problems = self.document.judge(method, path, &answer);
        assert!(problems.is_empty(), "{method} {path}: {problems:#?}\n{}", answer.text);
        answer
    }

    /// Sends a request that must succeed with this status; gives the answer's body.
    pub(super) async fn get(&self, method: &str, path: &str, ask: &Ask, status: u16) -> Value {
        let answer = self.ask(method, path, ask).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        answer.body
    }

    /// A repository of the test's own, wired.
    pub(super) async fn wired(&self, options: WireOptions) -> System<'static> {
        let wired = self.stack.wire(options).await.unwrap();
        System { stack: self.stack, rest: self.rest.clone(), wired }
    }

    /// The base as other tests have their systems.
    pub(super) fn system(&self) -> System<'static> {
        System { stack: self.stack, rest: self.rest.clone(), wired: self.base.clone() }
    }
}

/// A name that nothing else has.
pub(super) fn fresh(what: &str) -> String {
    format!("{what}-{}", &Uuid::new_v4().simple().to_string()[..12])
}

/// An id that nothing has.
pub(super) fn nobody() -> String {
    Uuid::now_v7().to_string()
}

/// What a development stack is started with.
pub(super) fn development(name: &str) -> StackOptions {
    let options = StackOptions::new(logs(name));
    [Service::Ingress, Service::Proposal, Service::Registry, Service::Runner]
        .into_iter()
        .fold(options, |options, service| options.with(service, "ENVIRONMENT", "development"))
}

async fn start(options: StackOptions) -> Shared {
    let stack = Stack::start(options).await.unwrap();
    let document = Document::fetch(&stack.rest().unwrap()).await;
    let base = stack.wire(WireOptions::new("contract-base")).await.unwrap();
    Shared { stack, document, base }
}
