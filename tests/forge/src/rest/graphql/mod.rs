//! `POST /api/graphql`: a real parser and a small world of types: pull requests, repositories, the rate limit. What the
//! forge does not know is refused as GitHub refuses an undefined field.

mod execute;
mod objects;
mod project;

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::guard::{Who, admit, common_headers, rate_headers};
use super::rate::Resource;
use super::{BODY_LIMIT, answer};
use crate::app::App;

/// Answers a query.
pub(crate) async fn answer(State(app): State<App>, request: Request) -> Response {
    let mut response = match admit(&app, request.headers()) {
        Err(refusal) => refusal.into_response(),
        Ok(Who::Nobody | Who::App(_)) => {
            let message = "This endpoint requires you to be authenticated.";
            ApiError::new(StatusCode::UNAUTHORIZED, message).into_response()
        }
        Ok(who @ Who::Token(_)) => authenticated(&app, who, request).await,
    };
    common_headers(response.headers_mut());
    response
}

async fn authenticated(app: &App, who: Who, request: Request) -> Response {
    let rate = app.rates.count(Resource::Graphql, who.holder(), app.now());
    let mut response = match (who, rate.exceeded) {
        (Who::Token(identity), false) => {
            match axum::body::to_bytes(request.into_body(), BODY_LIMIT).await {
                Ok(body) => match read(&body) {
                    Ok(query) => {
                        let body = execute::run(app, &identity, &rate, &query).await;
                        answer::json(StatusCode::OK, &body)
                    }
                    Err(error) => error.into_response(),
                },
                Err(_) => StatusCode::BAD_REQUEST.into_response(),
            }
        }
        _ => {
            let message = "API rate limit exceeded for this token.";
            let errors = json!([{ "type": "RATE_LIMITED", "message": message }]);
            answer::json(StatusCode::OK, &json!({ "errors": errors }))
        }
    };
    rate_headers(response.headers_mut(), &rate, Resource::Graphql);
    response
}

/// A query as it is sent.
struct Query {
    text: String,
    variables: Map<String, Value>,
}

fn read(body: &[u8]) -> Result<Query, ApiError> {
    let bad = |message: &str| ApiError::new(StatusCode::BAD_REQUEST, message);
    let body: Value = serde_json::from_slice(body).map_err(|_| bad("Problems parsing JSON"))?;
    let text = body["query"]
        .as_str()
        .ok_or_else(|| bad("A query attribute must be specified and must be a string."))?
        .to_owned();
    let variables = match &body["variables"] {
        Value::Object(variables) => variables.clone(),
        _ => Map::new(),
    };
    Ok(Query { text, variables })
}
