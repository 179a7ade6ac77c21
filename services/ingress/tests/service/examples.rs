//! What the document gives as examples: for each call a request that a core gets to see.

use pullwright_ingress::Call;
use serde_json::Value;

use crate::{contract::DOCUMENT, messages::ID};

/// The call's path with an id where one stands.
pub fn path(call: &Call) -> String {
    call.path.replace("{id}", ID).replace("{repository_id}", ID)
}

/// The call's operation in the document.
pub fn operation(call: &Call) -> &'static Value {
    &DOCUMENT["paths"][call.path][call.method.as_str().to_ascii_lowercase()]
}

/// The schema of the call's body; null when it takes none.
pub fn schema(call: &Call) -> &'static Value {
    &operation(call)["requestBody"]["content"]["application/json"]["schema"]
}

/// The example of the call's body, if it takes one.
pub fn body(call: &Call) -> Option<String> {
    let schema = schema(call);
    let pointer = schema["$ref"].as_str().or_else(|| schema["allOf"][0]["$ref"].as_str())?;
    let named = DOCUMENT.pointer(pointer.trim_start_matches('#')).unwrap();
    assert!(!named["example"].is_null(), "{pointer} has no example");
    Some(named["example"].to_string())
}
