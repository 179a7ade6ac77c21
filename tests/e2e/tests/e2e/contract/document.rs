//! The server's own `/openapi.json` as a judge: status, media type, body and headers of an answer are in it, or the answer is wrong.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use jsonschema::Validator;
use pullwright_harness::{Rest, rest::Answer};
use serde_json::{Value, json};

/// Headers that mean something to a client: none of them comes without being in the document.
const TELLING: &[&str] =
    &["etag", "retry-after", "www-authenticate", "x-total-count", "x-request-id", "location"];

/// The document as the server gives it.
pub(super) struct Document {
    whole: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Document {
    /// Asks the server for it.
    pub(super) async fn fetch(rest: &Rest) -> Self {
        let whole = rest.get("/openapi.json").await.unwrap().expect(200).unwrap();
        assert_eq!(whole["openapi"], "3.1.0");
        Self { whole, validators: Mutex::default() }
    }

    /// Every method, in capitals, with its path.
    pub(super) fn operations(&self) -> Vec<(String, String)> {
        let paths = self.whole["paths"].as_object().unwrap();
        let of_path = |(path, item): (&String, &Value)| {
            let methods: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
            let path = path.clone();
            methods.into_iter().map(move |method| (method.to_ascii_uppercase(), path.clone()))
        };
        paths.iter().flat_map(of_path).collect()
    }

    /// What the document says of a call; null when it is not there.
    pub(super) fn operation(&self, method: &str, path: &str) -> &Value {
        &self.whole["paths"][path][method.to_ascii_lowercase()]
    }

    /// The least role that may make the call; none when everybody may.
    pub(super) fn role(&self, method: &str, path: &str) -> Option<&str> {
        let told = self.operation(method, path)["description"].as_str()?;
        told.strip_prefix("Needs the role ")?.strip_suffix('.')
    }

    /// Whether the call takes a header.
    pub(super) fn takes_header(&self, method: &str, path: &str, name: &str) -> bool {
        let parameters = self.operation(method, path)["parameters"].as_array().unwrap();
        parameters.iter().any(|one| one["in"] == "header" && one["name"] == name)
    }

    /// The first media type of the call's body, and an example; none when it takes no body.
    pub(super) fn example(&self, method: &str, path: &str) -> Option<(String, Value)> {
        let content = self.operation(method, path)["requestBody"]["content"].as_object()?;
        let (media_type, content) = content.iter().next().unwrap();
        let schema = &content["schema"];
        let pointer = [&schema["$ref"], &schema["allOf"][0]["$ref"]];
        let pointer = pointer.iter().find_map(|pointer| pointer.as_str()?.strip_prefix('#'));
        let example =
            pointer.map(|pointer| self.whole.pointer(pointer).unwrap()["example"].clone());
        Some((media_type.clone(), example.unwrap_or_else(|| json!({}))))
    }

    /// Every status and code that the document says a call may be refused with.
    pub(super) fn refusals(&self, method: &str, path: &str) -> BTreeSet<(u16, String)> {
        let responses = self.operation(method, path)["responses"].as_object().unwrap();
        let codes = |(status, response): (&String, &Value)| {
            let schema = &response["content"]["application/json"]["schema"];
            let codes = &schema["allOf"][1]["properties"]["detail"]["properties"]["error_code"];
            let status: u16 = status.parse().unwrap();
            let codes = codes["enum"].as_array().cloned().unwrap_or_default();
            codes.into_iter().map(move |code| (status, code.as_str().unwrap().to_owned()))
        };
        responses.iter().flat_map(codes).collect()
    }

    /// What is wrong with an answer to this call; empty when it is as the document says.
    pub(super) fn judge(&self, method: &str, path: &str, answer: &Answer) -> Vec<String> {
        let response = &self.operation(method, path)["responses"][answer.status.to_string()];
        if response.is_null() {
            return vec![format!("status {} is not in the document", answer.status)];
        }
        let mut problems = self.judge_headers(response, answer);
        problems.extend(self.judge_body(method, path, response, answer));
        problems
    }

    fn judge_headers(&self, response: &Value, answer: &Answer) -> Vec<String> {
        let documented = response["headers"].as_object().unwrap();
        let mut problems = Vec::new();
        for (name, header) in documented {
            let header = self.resolved(header);
            let Some(value) = answer.headers.get(name) else {
                if header["required"] == true {
                    problems.push(format!("the header {name} is not there"));
                }
                continue;
            };
            let text = value.to_str().unwrap();
            let value = match header["schema"]["type"].as_str() {
                Some("integer") => text.parse::<i64>().map_or_else(|_| json!(text), Value::from),
                _ => json!(text),
            };
            if !jsonschema::is_valid(&header["schema"], &value) {
                problems.push(format!("the header {name} is {text}"));
            }
        }
        for name in TELLING {
            let is_known = documented.keys().any(|known| known.eq_ignore_ascii_case(name));
            if !is_known && answer.headers.contains_key(*name) {
                problems.push(format!("the header {name} is not in the document"));
            }
        }
        problems
    }

    fn judge_body(
        &self,
        method: &str,
        path: &str,
        response: &Value,
        answer: &Answer,
    ) -> Vec<String> {
        let given = answer.headers.get("content-type").map(|value| value.to_str().unwrap());
        let Some(content) = response["content"].as_object() else {
            let empty = answer.text.is_empty() && given.is_none();
            return if empty { Vec::new() } else { vec!["there is a body".to_owned()] };
        };
        let media_type = given.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let Some(documented) = content.get(media_type) else {
            return vec![format!("the media type `{media_type}` is not in the document")];
        };
        if media_type != "application/json" {
            return Vec::new();
        }
        let at = format!("{method} {path} {}", answer.status);
        let validator = self.validator(at, &documented["schema"]);
        let Ok(body) = serde_json::from_str(&answer.text) else {
            return vec!["the body is no JSON".to_owned()];
        };
        let told = validator.iter_errors(&body);
        told.map(|error| format!("{error} at {}", error.instance_path())).collect()
    }

    fn validator(&self, at: String, schema: &Value) -> Arc<Validator> {
        let mut known = self.validators.lock().unwrap();
        known.entry(at).or_insert_with(|| Arc::new(self.compile(schema))).clone()
    }

    fn compile(&self, schema: &Value) -> Validator {
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
            "components": self.whole["components"],
        });
        jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
    }

    fn resolved<'d>(&'d self, part: &'d Value) -> &'d Value {
        match part["$ref"].as_str().and_then(|pointer| pointer.strip_prefix('#')) {
            Some(pointer) => self.whole.pointer(pointer).unwrap(),
            None => part,
        }
    }
}
