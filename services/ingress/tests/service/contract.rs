//! The document as a judge: every answer that a test gets is held against it, by status, headers and body.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Answer;

/// The document of a development environment, which has all calls.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| pullwright_ingress::document(true));

static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> =
    LazyLock::new(Mutex::default);

/// Panics when the document does not have this answer to this request.
pub fn check(method: &Method, path: &str, answer: &Answer) {
    let Some((template, item)) = item(path) else {
        assert_eq!(answer.code(), (404, "RESOURCE_NOT_FOUND"), "{method} {path}: {}", answer.text);
        return;
    };
    let operation = &item[method.as_str().to_ascii_lowercase()];
    let at = format!("{method} {template} {}", answer.status);
    if answer.code() == (404, "RESOURCE_NOT_FOUND") {
        assert!(template.starts_with("/api/v1/_test/"), "{at}: only tests' calls may be away");
        return;
    }
    if operation.is_null() {
        let is_ours = *method == Method::HEAD && !item["get"].is_null();
        assert!(is_ours || answer.status == 405, "{at}: {}", answer.text);
        return;
    }
    let response = &operation["responses"][answer.status.to_string()];
    assert!(!response.is_null(), "{at} is not in the document: {}", answer.text);
    check_headers(&at, response, answer);
    check_body(&at, response, answer);
}

/// The path of the document that a request's path is one of.
fn item(path: &str) -> Option<(&'static str, &'static Value)> {
    let fits = |template: &str| {
        let (one, other): (Vec<_>, Vec<_>) =
            (template.split('/').collect(), path.split('/').collect());
        let segment =
            |(of, given): (&&str, &&str)| of.starts_with('{') && !given.is_empty() || of == given;
        one.len() == other.len() && one.iter().zip(&other).all(segment)
    };
    let paths = DOCUMENT["paths"].as_object().unwrap();
    paths
        .iter()
        .find(|(template, _)| fits(template))
        .map(|(template, item)| (template.as_str(), item))
}

fn check_headers(at: &str, response: &Value, answer: &Answer) {
    let documented = response["headers"].as_object().unwrap();
    for (name, header) in documented {
        let pointer = header["$ref"].as_str().unwrap().trim_start_matches('#');
        let header = DOCUMENT.pointer(pointer).unwrap();
        let Some(value) = answer.headers.get(name) else {
            assert!(header["required"] != true, "{at}: without {name}");
            continue;
        };
        let text = value.to_str().unwrap();
        let value = match header["schema"]["type"].as_str() {
            Some("integer") => json!(text.parse::<i64>().unwrap()),
            _ => json!(text),
        };
        let schema = jsonschema::validator_for(&header["schema"]).unwrap();
        assert!(schema.is_valid(&value), "{at}: {name}: {text}");
    }
    for name in ["etag", "retry-after", "www-authenticate", "x-total-count", "x-request-id"] {
        let is_known = documented.keys().any(|known| known.eq_ignore_ascii_case(name));
        assert!(
            is_known || !answer.headers.contains_key(name),
            "{at}: {name} is not in the document"
        );
    }
}

fn check_body(at: &str, response: &Value, answer: &Answer) {
    let Some(content) = response["content"].as_object() else {
        assert_eq!(answer.text, "", "{at} has no body");
        return;
    };
    let media_type = answer.header("content-type").split(';').next().unwrap_or_default();
    let documented = content
        .get(media_type)
        .unwrap_or_else(|| panic!("{at}: {media_type} is not in the document"));
    if media_type != "application/json" {
        return;
    }
    let validator = validator(at, &documented["schema"]);
    let body: Value = match serde_json::from_str(&answer.text) {
        // A value that is shown as it was spelled may be no number of ours.
        Err(error) if error.to_string().starts_with("number out of range") => return,
        body => body.unwrap(),
    };
    let problems: Vec<_> = validator
        .iter_errors(&body)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{at}: {problems:#?}\n{}", answer.text);
}

fn validator(at: &str, schema: &Value) -> &'static Validator {
    let mut known = VALIDATORS.lock().unwrap();
    known.entry(at.to_owned()).or_insert_with(|| Box::leak(Box::new(compile(schema))))
}

/// Makes a validator of a schema that points into the document.
pub fn compile(schema: &Value) -> Validator {
    let whole = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema], "components": DOCUMENT["components"]});
    jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
}
