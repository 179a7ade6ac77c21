//! `/openapi.json`: what this service answers, for tools. Open, since it says nothing that its source does not.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    App,
    edge::error::ApiError,
    openapi::{Output, Sketch},
};

/// The document, made once.
pub(crate) struct Document(Arc<Value>);

pub(crate) async fn show(State(app): State<Arc<App>>) -> Result<Document, ApiError> {
    Ok(Document(app.document.clone()))
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        Json(&*self.0).into_response()
    }
}

impl Output for Document {
    fn describe(sketch: &mut Sketch) {
        let schema =
            json!({"type": "object", "required": ["openapi", "info", "paths", "components"]});
        sketch.answers_of(200, "The document.", "application/json", &schema, &[]);
    }
}
