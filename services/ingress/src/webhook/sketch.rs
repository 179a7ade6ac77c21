//! How the document has a delivery.

use axum::{
    extract::{FromRequest, Request},
    http::StatusCode,
};
use pullwright_proto::error::ErrorReason;
use serde_json::json;

use crate::{
    edge::{
        error::ApiError,
        reason::{Answer, answer_to},
    },
    openapi::{Input, Sketch},
};

/// A delivery as it came: nothing of it is believed yet.
pub(crate) struct Incoming(pub(super) Request);

impl<S: Send + Sync> FromRequest<S> for Incoming {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        Ok(Self(request))
    }
}

impl Input for Incoming {
    fn describe(sketch: &mut Sketch) {
        let text = |most: usize| json!({"type": "string", "minLength": 1, "maxLength": most});
        sketch.header("X-GitHub-Event", true, text(64), "What it is about.");
        sketch.header("X-GitHub-Delivery", true, text(128), "Its id.");
        let signature = json!({"type": "string", "pattern": "^sha256=[0-9a-fA-F]{64}$"});
        sketch.header(
            "X-Hub-Signature-256",
            true,
            signature,
            "The HMAC-SHA256 of the body with the hook's secret.",
        );
        sketch.header(
            "X-GitHub-Hook-Installation-Target-Type",
            false,
            json!({"type": "string"}),
            "`repository` for a repository's hook, `integration` for a GitHub App's. It only says which secrets to try.",
        );
        sketch.header(
            "X-GitHub-Hook-Installation-Target-ID",
            false,
            json!({"type": "string"}),
            "For a repository's hook, GitHub's id of the repository: it finds one that was renamed.",
        );
        sketch.body_of(&["application/json"], true, &json!({"type": "object"}));
        sketch.refuses(&[ErrorReason::InvalidSignature, ErrorReason::DeliveryConflict]);
        // Headers and bodies that are malformed are told as 400, where REST says 422.
        let malformed = answer_to(ErrorReason::ValidationError);
        sketch.refuses_as(Answer { status: StatusCode::BAD_REQUEST, ..malformed });
    }
}
