//! One operation, filled in bit by bit.

use std::collections::{BTreeMap, BTreeSet};

use pullwright_proto::error::ErrorReason;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::schemas::Schemas;
use crate::edge::{
    error::HTTP_ERROR,
    reason::{Answer, answer_to},
};

/// What is known of an operation so far.
#[derive(Debug, Default, Clone)]
pub(crate) struct Sketch {
    parameters: Vec<Value>,
    queries: Vec<&'static str>,
    body: Option<Value>,
    answers: BTreeMap<u16, Value>,
    refusals: BTreeMap<u16, BTreeSet<&'static str>>,
    hints: BTreeSet<u16>,
    pub(super) schemas: Schemas,
    id_in_path: Option<&'static str>,
}

impl Sketch {
    /// Adds a query parameter.
    pub(crate) fn query(&mut self, name: &'static str, schema: Value, description: &str) {
        self.queries.push(name);
        self.parameters.push(json!({"name": name, "in": "query", "required": false, "schema": schema, "description": description}));
    }

    /// Adds a request header.
    pub(crate) fn header(&mut self, name: &str, required: bool, schema: Value, description: &str) {
        self.parameters.push(json!({"name": name, "in": "header", "required": required, "schema": schema, "description": description}));
    }

    /// Says that the path has an id, and whose.
    pub(crate) fn id(&mut self, whose: &'static str) {
        self.id_in_path = Some(whose);
    }

    /// Says that the body is a `T` of one of these media types.
    pub(crate) fn body<T: ToSchema>(&mut self, media_types: &[&str], required: bool) {
        let schema = self.schemas.given::<T>();
        self.body_of(media_types, required, &schema);
    }

    /// Says that the body has this schema.
    pub(crate) fn body_of(&mut self, media_types: &[&str], required: bool, schema: &Value) {
        let content: Map<String, Value> = media_types
            .iter()
            .map(|media_type| ((*media_type).to_owned(), json!({"schema": schema})))
            .collect();
        self.body = Some(json!({"required": required, "content": content}));
        self.refuses(&[ErrorReason::ValidationError, ErrorReason::PayloadTooLarge]);
        self.refuses_http(400);
        self.refuses_http(408);
    }

    /// Adds an answer without a body.
    pub(crate) fn answers_nothing(&mut self, status: u16, description: &str) {
        self.answers.insert(status, json!({"description": description, "headers": headers(&[])}));
    }

    /// Adds an answer that shows a `T`; `more` are its headers beside the request id, by the names of components.
    pub(crate) fn answers<T: ToSchema>(
        &mut self,
        status: u16,
        description: &str,
        more: &[(&str, &str)],
    ) {
        let schema = self.schemas.shown::<T>();
        self.answers_of(status, description, "application/json", &schema, more);
    }

    /// Adds an answer, or another media type of one that is there, of this schema.
    pub(crate) fn answers_of(
        &mut self,
        status: u16,
        description: &str,
        media_type: &str,
        schema: &Value,
        more: &[(&str, &str)],
    ) {
        let answer = self.answers.entry(status).or_insert_with(
            || json!({"description": description, "headers": headers(more), "content": {}}),
        );
        answer["content"][media_type] = json!({"schema": schema});
    }

    /// Points at the schema of something that is given.
    pub(crate) fn given<T: ToSchema>(&mut self) -> Value {
        self.schemas.given::<T>()
    }

    /// Points at the schema of rows of a list.
    pub(crate) fn shown<T: ToSchema>(&mut self) -> Value {
        self.schemas.shown::<T>()
    }

    /// Says for which reasons it may be refused.
    pub(crate) fn refuses(&mut self, reasons: &[ErrorReason]) {
        for reason in reasons {
            self.refuses_as(answer_to(*reason));
        }
    }

    /// Says how it may be refused.
    pub(crate) fn refuses_as(&mut self, answer: Answer) {
        let status = answer.status.as_u16();
        self.refusals.entry(status).or_default().insert(answer.code);
        if answer.retryable {
            self.hints.insert(status);
        }
    }

    /// Says that a status may come that has no code of its own.
    pub(crate) fn refuses_http(&mut self, status: u16) {
        self.refusals.entry(status).or_default().insert(HTTP_ERROR);
    }

    /// The query parameters that it takes.
    pub(crate) fn queries(&self) -> Vec<&'static str> {
        self.queries.clone()
    }

    /// How it may be refused: statuses with their codes.
    pub(crate) fn refusals(&self) -> Vec<(u16, &'static str)> {
        let all = self.refusals.iter();
        all.flat_map(|(status, codes)| codes.iter().map(|code| (*status, *code))).collect()
    }

    /// The operation as the document has it, without what its route says.
    pub(super) fn operation(&self, path: &str) -> Value {
        let mut parameters = vec![json!({"$ref": "#/components/parameters/RequestId"})];
        if let (Some(whose), Some(name)) = (self.id_in_path, in_braces(path)) {
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "description": format!("The {whose}'s id."),
                "schema": {"type": "string", "format": "uuid"},
            }));
        }
        parameters.extend(self.parameters.iter().cloned());
        let mut responses: Map<String, Value> =
            self.answers.iter().map(|(status, one)| (status.to_string(), one.clone())).collect();
        for (status, codes) in &self.refusals {
            responses.insert(status.to_string(), self.refusal(*status, codes));
        }
        let mut operation = json!({"parameters": parameters, "responses": responses});
        if let Some(body) = &self.body {
            operation["requestBody"] = body.clone();
        }
        operation
    }

    fn refusal(&self, status: u16, codes: &BTreeSet<&'static str>) -> Value {
        let mut more = Vec::new();
        if status == 401 {
            more.push(("WWW-Authenticate", "Challenge"));
        }
        if self.hints.contains(&status) {
            more.push(("Retry-After", "RetryAfter"));
        }
        let these: Vec<_> = codes.iter().copied().collect();
        json!({
            "description": these.join(", "),
            "headers": headers(&more),
            "content": {"application/json": {"schema": {"allOf": [
                {"$ref": "#/components/schemas/Problem"},
                {"properties": {"detail": {"properties": {"error_code": {"enum": these}}}}},
            ]}}},
        })
    }
}

/// The name in a path's braces.
fn in_braces(path: &str) -> Option<&str> {
    path.split_once('{')?.1.split_once('}').map(|(name, _)| name)
}

fn headers(more: &[(&str, &str)]) -> Value {
    let all = std::iter::once(&("X-Request-ID", "RequestId")).chain(more);
    all.map(|(name, part)| {
        ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{part}")}))
    })
    .collect::<Map<_, _>>()
    .into()
}
