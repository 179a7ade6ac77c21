//! GitHub's error bodies. It does not know which rule was broken.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::error::ForgeError;

/// An error answer of the REST API.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    message: String,
    errors: Option<Vec<Value>>,
    page: &'static str,
    needs: Option<&'static str>,
}

impl ApiError {
    /// Makes an answer of a message alone.
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), errors: None, page: "", needs: None }
    }

    /// 404 as GitHub says it for what is not there or not to be seen.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    /// 422 with a list of errors.
    pub(super) fn validation(errors: Vec<Value>) -> Self {
        let mut error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed");
        error.errors = Some(errors);
        error
    }

    /// 422 for a parameter that is missing from the body.
    pub(super) fn not_supplied(field: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("Invalid request.\n\n\"{field}\" wasn't supplied."),
        )
    }

    /// 422 for a parameter of the wrong type.
    pub(super) fn wrong_type(field: &str, given: &Value, wanted: &str) -> Self {
        let message =
            format!("Invalid request.\n\nFor 'properties/{field}', {given} is not a {wanted}.");
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// Names the permissions that a fine-grained token needs for the call.
    pub(super) fn needs(mut self, permissions: &'static str) -> Self {
        self.needs = Some(permissions);
        self
    }

    /// Names the page of the documentation below `docs.github.com/rest/`.
    pub(super) fn page(mut self, page: &'static str) -> Self {
        self.page = page;
        self
    }
}

impl From<ForgeError> for ApiError {
    fn from(error: ForgeError) -> Self {
        match error {
            ForgeError::NotFound { .. } => Self::not_found(),
            ForgeError::AlreadyExists { .. }
            | ForgeError::Invalid { .. }
            | ForgeError::Conflict(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
            }
            ForgeError::Git(_) | ForgeError::Io { .. } | ForgeError::Http(_) => {
                tracing::error!(error = %error.chain(), "a REST call failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Server Error")
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({ "message": self.message });
        if let Some(errors) = self.errors {
            body["errors"] = Value::Array(errors);
        }
        body["documentation_url"] = json!(format!("https://docs.github.com/rest{}", self.page));
        body["status"] = json!(self.status.as_u16().to_string());
        let mut response = (self.status, body.to_string()).into_response();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        if let Some(permissions) = self.needs {
            let name = HeaderName::from_static("x-accepted-github-permissions");
            response.headers_mut().insert(name, HeaderValue::from_static(permissions));
        }
        response
    }
}

/// Answers a path that GitHub would know but the forge does not.
pub(super) async fn unknown() -> ApiError {
    ApiError::not_found()
}
