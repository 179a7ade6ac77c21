//! GitHub's OpenAPI 3.0 description as JSON Schema. It does not know the forge.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// Where `deploy/local/github-openapi.sh` puts the description; the version is the script's.
const FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/openapi/23.0.2/ghes-3.19.json");

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let text = std::fs::read_to_string(Path::new(FILE)).unwrap_or_else(|error| {
        panic!("GitHub's description is not at {FILE} ({error}): run deploy/local/github-openapi.sh first")
    });
    serde_json::from_str(&text).unwrap()
});

/// Checks an answer against the schema of an operation and status.
pub(super) fn check_answer(path: &str, method: &str, status: u16, answer: &Value) {
    let operation = &DESCRIPTION["paths"][path][method.to_lowercase()];
    let mut response = &operation["responses"][status.to_string()];
    if let Some(reference) = response["$ref"].as_str() {
        response = DESCRIPTION.pointer(reference.trim_start_matches('#')).unwrap();
    }
    check(&format!("{method} {path} {status}"), content(response), answer);
}

/// Checks a webhook's body against the schema of its event and action, such as `pull-request-opened`.
pub(super) fn check_webhook(name: &str, body: &Value) {
    check(name, content(&DESCRIPTION["x-webhooks"][name]["post"]["requestBody"]), body);
}

fn content(message: &Value) -> &Value {
    &message["content"]["application/json"]["schema"]
}

fn check(what: &str, schema: &Value, instance: &Value) {
    assert!(schema.is_object(), "{what} has no schema in the description");
    let mut document = translate(schema);
    document["$defs"] = Value::Object(definitions(schema));
    let validator = jsonschema::options().should_validate_formats(true).build(&document).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

/// Collects the components that a schema reaches.
fn definitions(schema: &Value) -> Map<String, Value> {
    let (mut found, mut waiting) = (Map::new(), references(schema));
    while let Some(name) = waiting.pop_first() {
        let component = &DESCRIPTION["components"]["schemas"][&name];
        assert!(component.is_object(), "the description has no component {name}");
        waiting.extend(references(component).into_iter().filter(|name| !found.contains_key(name)));
        found.insert(name, translate(component));
    }
    found
}

fn references(schema: &Value) -> BTreeSet<String> {
    match schema {
        Value::Object(members) => {
            let own = members
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| reference.rsplit('/').next());
            own.map(str::to_owned)
                .into_iter()
                .chain(members.values().flat_map(references))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

/// Turns an OpenAPI 3.0 schema into JSON Schema: `nullable` becomes a choice, references point into `$defs`.
fn translate(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut translated = Map::new();
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("nullable" | "example" | "examples" | "description", _)
                        if !value.is_object() => {}
                    ("$ref", Value::String(reference)) => {
                        let reference = reference.replace("#/components/schemas/", "#/$defs/");
                        translated.insert(name.clone(), json!(reference));
                    }
                    _ => {
                        translated.insert(name.clone(), translate(value));
                    }
                }
            }
            if members.get("nullable") == Some(&Value::Bool(true)) {
                return json!({ "anyOf": [translated, { "type": "null" }] });
            }
            Value::Object(translated)
        }
        Value::Array(items) => Value::Array(items.iter().map(translate).collect()),
        other => other.clone(),
    }
}
