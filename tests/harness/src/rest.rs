//! A person with `curl`: the public REST surface as plain calls.

use std::time::Duration;

use anyhow::{Context as _, bail};
use http::HeaderMap;
use reqwest::Method;
use serde_json::Value;

/// Calls the REST surface with one token.
#[derive(Debug, Clone)]
pub struct Rest {
    base: String,
    token: Option<String>,
    client: reqwest::Client,
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null when it is empty or no JSON.
    pub body: Value,
    /// The body's text.
    pub text: String,
}

impl Answer {
    /// The error's code, empty for an answer that is none.
    #[must_use]
    pub fn error_code(&self) -> &str {
        self.body["detail"]["error_code"].as_str().unwrap_or_default()
    }

    /// The body of an answer with this status; an error that shows the answer otherwise.
    pub fn expect(self, status: u16) -> anyhow::Result<Value> {
        if self.status == status {
            Ok(self.body)
        } else {
            bail!("expected {status}, got {}: {}", self.status, self.text)
        }
    }
}

impl Rest {
    /// A client of the ingress at `base` that sends `token`.
    pub fn new(base: &str, token: Option<&str>) -> anyhow::Result<Self> {
        // Somebody else may have installed it first; both are ring.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client =
            reqwest::Client::builder().timeout(Duration::from_secs(40)).no_proxy().build()?;
        Ok(Self { base: base.to_owned(), token: token.map(str::to_owned), client })
    }

    /// The same client with another token.
    #[must_use]
    pub fn with_token(&self, token: Option<&str>) -> Self {
        Self { token: token.map(str::to_owned), ..self.clone() }
    }

    /// Sends a request, with a JSON body if there is one.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Self::answer(request).await
    }

    /// Sends a prepared request.
    pub async fn answer(request: reqwest::RequestBuilder) -> anyhow::Result<Answer> {
        let response = request.send().await.context("reach the ingress")?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.context("read the answer")?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer { status, headers, body, text })
    }

    /// A request to be prepared by the caller.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.call(Method::GET, path, None).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// `POST` without a body.
    pub async fn act(&self, path: &str) -> anyhow::Result<Answer> {
        self.call(Method::POST, path, None).await
    }
}
