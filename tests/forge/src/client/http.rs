//! How the client speaks: one JSON exchange per call. It does not know the calls.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::webhook::install_tls_provider;

/// Making a repository from a large folder takes the longest.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// A call of the control API that failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The forge was not reached, or its answer was not read.
    #[error("the forge could not be reached")]
    Transport(#[from] reqwest::Error),
    /// The forge refused.
    #[error("the forge answered {status} {code}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Code, such as `NOT_FOUND`.
        code: String,
        /// What it said.
        message: String,
    },
}

/// A client of one forge's control API. Repositories are named `owner/name` in all methods.
#[derive(Debug, Clone)]
pub struct ControlClient {
    base: String,
    client: reqwest::Client,
}

impl ControlClient {
    /// Takes the URL of the control API, such as `http://127.0.0.1:40001/_control`.
    pub fn new(control_url: impl Into<String>) -> Result<Self, ClientError> {
        install_tls_provider();
        let client = reqwest::Client::builder().timeout(TIME_LIMIT).no_proxy().build()?;
        Ok(Self { base: control_url.into().trim_end_matches('/').to_owned(), client })
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        Ok(exchange(self.request(Method::GET, path)).await?.json().await?)
    }

    pub(super) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        Ok(exchange(self.request(method, path).json(body)).await?.json().await?)
    }

    pub(super) async fn tell(&self, method: Method, path: &str) -> Result<(), ClientError> {
        exchange(self.request(method, path)).await.map(drop)
    }
}

/// Sends a request and turns an error answer into an error.
pub(super) async fn exchange(request: RequestBuilder) -> Result<Response, ClientError> {
    let response = request.send().await?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    Err(refusal(status, &response.text().await?))
}

fn refusal(status: StatusCode, text: &str) -> ClientError {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let member = |name: &str| body["error"][name].as_str().map(str::to_owned);
    ClientError::Refused {
        status: status.as_u16(),
        code: member("code").unwrap_or_else(|| "UNKNOWN".to_owned()),
        message: member("message").unwrap_or_else(|| text.to_owned()),
    }
}
