//! What stands once in the document and is pointed at: headers, the error envelope, the way to prove who one is.

use serde_json::{Value, json};

/// The name of the security scheme.
pub(super) const BEARER: &str = "bearer";

/// The components that every document has beside its schemas.
pub(super) fn components(schemas: Value) -> Value {
    json!({
        "schemas": schemas,
        "securitySchemes": {
            BEARER: {
                "type": "http",
                "scheme": "bearer",
                "description": "A person's token. Its role is viewer (may look), operator (may also register, propose, open and reject) or admin (may also do what cannot be undone)."
            }
        },
        "parameters": { "RequestId": request_id() },
        "headers": {
            "RequestId": {
                "description": "The request's id: the caller's when it is 1 to 128 of `A-Z a-z 0-9 . _ -`, else a new UUIDv7. All log lines of the request have it.",
                "required": true,
                "schema": { "type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$" }
            },
            "RetryAfter": {
                "description": "After how many seconds trying again may help; there when that is known.",
                "schema": { "type": "integer", "minimum": 1, "maximum": 3600 }
            },
            "Challenge": {
                "description": "How to prove who one is.",
                "required": true,
                "schema": { "type": "string", "const": "Bearer" }
            },
            "TotalCount": {
                "description": "How many rows there are in all, with the same filters.",
                "required": true,
                "schema": { "type": "integer", "minimum": 0 }
            },
            "ETag": {
                "description": "Changes with every update; send it back as `If-Match`.",
                "schema": { "type": "string", "pattern": "^\".*\"$" }
            }
        }
    })
}

/// The envelope of all errors.
pub(super) fn problem() -> Value {
    json!({
        "type": "object",
        "description": "Whatever went wrong.",
        "required": ["detail"],
        "additionalProperties": false,
        "properties": {
            "detail": {
                "type": "object",
                "required": ["error_code", "message", "retryable"],
                "additionalProperties": false,
                "properties": {
                    "error_code": { "type": "string", "description": "What it is, for programs." },
                    "message": { "type": "string", "description": "What it is and what would mend it, for people." },
                    "retryable": { "type": "boolean", "description": "Whether the same call may succeed later." }
                }
            }
        }
    })
}

fn request_id() -> Value {
    json!({
        "name": "X-Request-ID",
        "in": "header",
        "description": "An id for this request; taken when it is 1 to 128 of `A-Z a-z 0-9 . _ -`, else replaced.",
        "schema": { "type": "string" }
    })
}
