//! One request over REST, put together by whoever wants to see its answer.

use reqwest::Method;
use serde_json::Value;

use super::world::World;

/// Whose token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// The least role that may make the call, as the document says; nobody's for open calls.
    Entitled,
    /// Nobody's.
    Nobody,
    /// One that nobody holds.
    Stranger,
    /// Of somebody who may look.
    Viewer,
    /// Of somebody who may propose, open and reject.
    Operator,
    /// Of somebody who may do all.
    Admin,
}

/// A request, without its method and path.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// What stands in the path's braces.
    pub(super) id: String,
    /// What follows the path, with its question mark; may be empty.
    pub(super) query: String,
    /// Further headers.
    pub(super) headers: Vec<(String, Vec<u8>)>,
    /// The body; none when there is none.
    pub(super) body: Option<Vec<u8>>,
    /// Whose token is sent.
    pub(super) who: Who,
    /// What a refusal must name beside what its row says, such as an id that is made on the way.
    pub(super) names: Vec<String>,
}

impl Ask {
    /// Nothing but the path.
    pub(super) fn plain() -> Self {
        Self {
            id: String::new(),
            query: String::new(),
            headers: Vec::new(),
            body: None,
            who: Who::Entitled,
            names: Vec::new(),
        }
    }

    /// About the resource of this id.
    pub(super) fn of(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::plain() }
    }

    /// With a query, without its question mark.
    pub(super) fn query(query: impl AsRef<str>) -> Self {
        Self { query: format!("?{}", query.as_ref()), ..Self::plain() }
    }

    /// With a JSON body.
    pub(super) fn json(body: &Value) -> Self {
        Self::plain().with(body)
    }

    /// The same with a JSON body.
    pub(super) fn with(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    /// The same with these bytes as its body.
    pub(super) fn raw(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.retain(|(name, _)| name != "content-type");
        self.body = Some(body.into());
        self.header("content-type", media_type)
    }

    /// The same with a header.
    pub(super) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// The same with an `Idempotency-Key`.
    pub(super) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// The same with somebody's token.
    pub(super) fn by(self, who: Who) -> Self {
        Self { who, ..self }
    }

    /// The same, whose refusal must name this.
    pub(super) fn naming(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into());
        self
    }

    /// The same with a query, without its question mark.
    pub(super) fn asking(self, query: &str) -> Self {
        Self { query: format!("?{query}"), ..self }
    }

    /// As a request to the stack's ingress.
    pub(super) fn request(
        &self,
        world: &World,
        method: &str,
        path: &str,
    ) -> reqwest::RequestBuilder {
        let token = world.token(self.who, world.document.role(method, path));
        let path = match path.split_once('{') {
            Some((before, rest)) => {
                let after = rest.split_once('}').map_or("", |(_, after)| after);
                format!("{before}{}{after}{}", self.id, self.query)
            }
            None => format!("{path}{}", self.query),
        };
        let mut request = world.rest.request(method.parse::<Method>().unwrap(), &path);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value.as_slice());
        }
        match &self.body {
            Some(body) => request.body(body.clone()),
            None => request,
        }
    }
}
