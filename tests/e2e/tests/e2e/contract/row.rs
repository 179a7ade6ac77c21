//! Rows of the code catalogue: a request to an endpoint, and how it must be answered.

use std::rc::Rc;

use futures::{FutureExt as _, future::LocalBoxFuture};
use pullwright_harness::{Rest, rest::Answer};

use super::{ask::Ask, catalogue, world::World};

/// Makes a request, in the world in which it will be sent.
pub(super) type Given = Box<dyn for<'w> Fn(&'w World) -> LocalBoxFuture<'w, Ask>>;

/// An endpoint with its rows.
pub(super) struct Endpoint {
    /// Its method.
    pub(super) method: &'static str,
    /// Its path, as the document has it.
    pub(super) path: &'static str,
    rows: Vec<Row>,
}

struct Row {
    claim: &'static str,
    given: Given,
    expected: Expected,
    shows: fn(&Answer),
}

enum Expected {
    Success(u16),
    Refusal { status: u16, code: &'static str, says: &'static [&'static str] },
}

impl Endpoint {
    /// An endpoint without rows.
    pub(super) fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path, rows: Vec::new() }
    }

    /// Adds a request that succeeds.
    pub(super) fn ok(
        self,
        claim: &'static str,
        status: u16,
        given: impl AsyncFn(&World) -> Ask + 'static,
    ) -> Self {
        self.row(claim, Expected::Success(status), given)
    }

    /// Adds a request that is refused with a code of the catalogue, whose message says these words.
    pub(super) fn no(
        self,
        claim: &'static str,
        code: &'static str,
        says: &'static [&'static str],
        given: impl AsyncFn(&World) -> Ask + 'static,
    ) -> Self {
        let status = catalogue::of(code).status;
        self.no_with(claim, status, code, says, given)
    }

    /// Adds a request that is refused with another status than the catalogue has for the code.
    pub(super) fn no_with(
        self,
        claim: &'static str,
        status: u16,
        code: &'static str,
        says: &'static [&'static str],
        given: impl AsyncFn(&World) -> Ask + 'static,
    ) -> Self {
        self.row(claim, Expected::Refusal { status, code, says }, given)
    }

    /// Looks at the answer of the last row, too.
    pub(super) fn shows(mut self, shows: fn(&Answer)) -> Self {
        self.rows.last_mut().unwrap().shows = shows;
        self
    }

    /// The statuses and codes that its rows show; a success has no code.
    pub(super) fn covers(&self) -> impl Iterator<Item = (u16, &'static str)> {
        self.rows.iter().map(|row| match row.expected {
            Expected::Success(status) => (status, ""),
            Expected::Refusal { status, code, .. } => (status, code),
        })
    }

    /// Makes all requests and says all that is wrong.
    pub(super) async fn walk(self, world: &World) {
        let mut problems = Vec::new();
        for row in &self.rows {
            let ask = (row.given)(world).await;
            let answer = Rest::answer(ask.request(world, self.method, self.path)).await.unwrap();
            let mut wrong = world.document.judge(self.method, self.path, &answer);
            wrong.extend(row.expected.misses(&ask, &answer));
            if wrong.is_empty() {
                (row.shows)(&answer);
            } else {
                let (claim, status, text) = (row.claim, answer.status, &answer.text);
                problems.push(format!("{claim}: {}\n    {status} {text}", wrong.join("; ")));
            }
        }
        // All of them at once: the next run costs minutes.
        assert!(problems.is_empty(), "{} {}:\n  {}", self.method, self.path, problems.join("\n  "));
    }

    fn row(
        mut self,
        claim: &'static str,
        expected: Expected,
        given: impl AsyncFn(&World) -> Ask + 'static,
    ) -> Self {
        self.rows.push(Row { claim, given: boxed(given), expected, shows: |_| {} });
        self
    }
}

/// Keeps an async closure for later.
pub(super) fn boxed(given: impl AsyncFn(&World) -> Ask + 'static) -> Given {
    let given = Rc::new(given);
    Box::new(move |world| {
        let given = Rc::clone(&given);
        async move { given(world).await }.boxed_local()
    })
}

impl Expected {
    fn misses(&self, ask: &Ask, answer: &Answer) -> Vec<String> {
        let (code, message) = (answer.error_code(), &answer.body["detail"]["message"]);
        let message = message.as_str().unwrap_or_default();
        let mut wrong = Vec::new();
        match self {
            Self::Success(status) => {
                if answer.status != *status {
                    wrong.push(format!("expected {status}"));
                }
            }
            Self::Refusal { status, code: expected, says } => {
                if (answer.status, code) != (*status, *expected) {
                    wrong.push(format!("expected {status} {expected}"));
                }
                let retryable = catalogue::of(expected).retryable;
                if answer.body["detail"]["retryable"] != retryable {
                    wrong.push(format!("expected retryable {retryable}"));
                }
                let says = says.iter().copied().chain(ask.names.iter().map(String::as_str));
                let missing = says.filter(|words| !message.contains(words));
                wrong.extend(missing.map(|words| format!("does not say `{words}`")));
            }
        }
        wrong
    }
}
