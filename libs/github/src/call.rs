//! One call: sent once, its answer read up to a limit and turned into a value or a typed failure.

use reqwest::{
    Method, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, HeaderValue, LOCATION},
};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::time::Instant;

use crate::{Effect, GithubError, Repository, Result, json, rate_limit};

/// Largest answer that is read, bytes.
const LARGEST: usize = 10 << 20;
/// Largest refusal that is read, bytes.
const LARGEST_REFUSAL: usize = 64 << 10;
/// Longest text of a refusal that is kept, characters.
const LONGEST_TEXT: usize = 2_000;

/// What is asked.
pub(crate) struct Call {
    /// The route's name in logs, such as `pulls.create`.
    pub(crate) route: &'static str,
    pub(crate) method: Method,
    /// After `/repos/{owner}/{name}`, percent-encoded.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
}

impl Call {
    /// A read.
    pub(crate) fn get(route: &'static str, path: impl Into<String>) -> Self {
        Self { route, method: Method::GET, path: path.into(), query: Vec::new(), body: None }
    }

    /// A mutation.
    pub(crate) fn mutate(
        route: &'static str,
        method: Method,
        path: impl Into<String>,
        body: Value,
    ) -> Self {
        Self { route, method, path: path.into(), query: Vec::new(), body: Some(body) }
    }

    /// The same with a page of a hundred.
    pub(crate) fn page(mut self, page: usize) -> Self {
        self.query.push(("per_page", "100".to_owned()));
        self.query.push(("page", page.to_string()));
        self
    }
}

impl Repository<'_> {
    /// Makes a call; a read whose connection broke is made once more at once, nothing else is repeated.
    pub(crate) async fn call(&self, call: Call) -> Result<Value> {
        match self.once(&call).await {
            Err(GithubError::Unreachable { effect: Effect::Unknown, .. })
                if call.method == Method::GET =>
            {
                self.once(&call).await
            }
            done => done,
        }
    }

    async fn once(&self, call: &Call) -> Result<Value> {
        let url = format!("{}/repos/{}{}", self.host.api, self.name, call.path);
        let mut request = self
            .client
            .connections(self.host)
            .request(call.method.clone(), url)
            .query(&call.query)
            .header(AUTHORIZATION, self.authorization()?)
            .header(ACCEPT, "application/vnd.github+json")
            .header("X-GitHub-Api-Version", "2022-11-28");
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let began = Instant::now();
        let response = request.send().await.map_err(transport)?;
        let status = response.status();
        tracing::debug!(
            github.route = call.route,
            github.status = status.as_u16(),
            duration_ms = began.elapsed().as_millis() as u64,
            "github answered {}",
            call.route
        );
        if status.is_success() { value(response).await } else { Err(self.refusal(response).await) }
    }

    /// The header, which the transport does not print.
    fn authorization(&self) -> Result<HeaderValue> {
        let header = format!("Bearer {}", self.token.expose_secret());
        let mut header = HeaderValue::try_from(header).map_err(|_| GithubError::AuthFailed {
            message: "the credential cannot be sent in a header".to_owned(),
        })?;
        header.set_sensitive(true);
        Ok(header)
    }

    async fn refusal(&self, mut response: Response) -> GithubError {
        let status = response.status();
        let headers = response.headers().clone();
        // A refusal is a refusal even when its words are cut short.
        let body = read(&mut response, LARGEST_REFUSAL)
            .await
            .map_or_else(|_| Vec::new(), |(body, _)| body);
        let parsed = serde_json::from_slice::<Value>(&body).unwrap_or(Value::Null);
        let errors = json::field_errors(&parsed);
        let message = self.words(&parsed, &errors, &body);
        if let Some(after) = rate_limit::wait(status, &headers, &message, self.client.clock().now())
        {
            return GithubError::RateLimited { after, message };
        }
        match status {
            StatusCode::UNAUTHORIZED => GithubError::AuthFailed { message },
            StatusCode::FORBIDDEN => GithubError::Forbidden { message },
            StatusCode::NOT_FOUND => GithubError::NotFound { message },
            StatusCode::GONE => GithubError::Gone { message },
            StatusCode::UNPROCESSABLE_ENTITY => GithubError::Validation { message, errors },
            StatusCode::NOT_MODIFIED => GithubError::Unexpected { status, message },
            _ if status.is_redirection() => {
                let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
                GithubError::Moved { location: location.map(|location| self.safe(location)) }
            }
            _ if status.is_server_error() => GithubError::Server { status, message },
            _ => GithubError::Unexpected { status, message },
        }
    }

    /// GitHub's message and those of the single errors; the body itself when it is not JSON.
    fn words(&self, parsed: &Value, errors: &[crate::FieldError], body: &[u8]) -> String {
        let Some(mut words) = json::text(parsed, "message") else {
            return self.safe(&String::from_utf8_lossy(body));
        };
        for error in errors {
            let said = match error.message.as_str() {
                "" => {
                    [error.resource.as_str(), &error.field, &error.code].join(" ").trim().to_owned()
                }
                message => message.to_owned(),
            };
            if !said.is_empty() {
                words.push_str("; ");
                words.push_str(&said);
            }
        }
        self.safe(&words)
    }

    /// The text without the credential, which a server could echo, and without control characters, cut.
    fn safe(&self, text: &str) -> String {
        let token = self.token.expose_secret().trim();
        let text =
            if token.is_empty() { text.to_owned() } else { text.replace(token, "[REDACTED]") };
        let text: String =
            text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_TEXT).collect();
        text.trim().to_owned()
    }
}

/// The value of a successful answer.
async fn value(mut response: Response) -> Result<Value> {
    let (body, more) = read(&mut response, LARGEST).await.map_err(transport)?;
    if more {
        return Err(GithubError::Malformed {
            problem: format!("it is larger than {LARGEST} bytes"),
        });
    }
    serde_json::from_slice(&body)
        .map_err(|error| GithubError::Malformed { problem: format!("it is no JSON ({error})") })
}

/// The first `cap` bytes, and whether there are more.
async fn read(response: &mut Response, cap: usize) -> reqwest::Result<(Vec<u8>, bool)> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = cap - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok((body, true));
        }
    }
    Ok((body, false))
}

/// What the transport's failure means: without a connection nothing was sent.
fn transport(source: reqwest::Error) -> GithubError {
    let unsent = source.is_connect() || source.is_builder();
    let effect = if unsent { Effect::None } else { Effect::Unknown };
    if source.is_timeout() {
        GithubError::Timeout { effect, source }
    } else {
        GithubError::Unreachable { effect, source }
    }
}
