//! The schemas of a document: collected from shapes, exact for what is answered.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// Schemas by name.
#[derive(Debug, Default, Clone)]
pub(super) struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    /// Adds a type that callers give, with all that it is made of, and points at it.
    pub(super) fn given<T: ToSchema>(&mut self) -> Value {
        self.collect::<T>(|_| {})
    }

    /// Adds a type that is answered, with all that it is made of, and points at it.
    pub(super) fn shown<T: ToSchema>(&mut self) -> Value {
        self.collect::<T>(tighten)
    }

    fn collect<T: ToSchema>(&mut self, mend: fn(&mut Value)) -> Value {
        let mut found = Vec::new();
        T::schemas(&mut found);
        found.push((T::name().into_owned(), T::schema()));
        for (name, schema) in found {
            let mut schema = serde_json::to_value(schema).unwrap_or_default();
            mend(&mut schema);
            self.add(name, schema);
        }
        json!({ "$ref": format!("#/components/schemas/{}", T::name()) })
    }

    /// Adds a schema. Two of one name would hide each other, so the second gets a name that a test finds.
    pub(super) fn add(&mut self, name: String, schema: Value) {
        match self.0.get(&name) {
            Some(known) if *known != schema => {
                self.0.insert(format!("{name}{}", super::document::TWICE), schema);
            }
            _ => {
                self.0.insert(name, schema);
            }
        }
    }

    pub(super) fn extend(&mut self, others: Self) {
        for (name, schema) in others.0 {
            self.add(name, schema);
        }
    }

    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0.into_iter().collect())
    }
}

/// Answers have exactly these members: one that is nullable is always there, and nothing else is.
fn tighten(schema: &mut Value) {
    let Value::Object(schema) = schema else { return };
    if let Some(Value::Object(properties)) = schema.get("properties").cloned() {
        let known = required(schema);
        let always: Vec<&String> = properties
            .iter()
            .filter(|(name, property)| known.contains(name) || is_nullable(property))
            .map(|(name, _)| name)
            .collect();
        schema.insert("required".to_owned(), json!(always));
        schema.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    for key in ["properties", "items", "additionalProperties", "oneOf", "anyOf", "allOf"] {
        match schema.get_mut(key) {
            Some(Value::Object(members)) if key == "properties" => {
                members.values_mut().for_each(tighten);
            }
            Some(Value::Array(members)) => members.iter_mut().for_each(tighten),
            Some(one) => tighten(one),
            None => {}
        }
    }
}

fn required(schema: &Map<String, Value>) -> Vec<String> {
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

fn is_nullable(schema: &Value) -> bool {
    let has_null = |value: &Value| match value {
        Value::Array(words) => words.iter().any(|word| word == "null"),
        word => word == "null",
    };
    schema.get("type").is_some_and(has_null)
        || ["oneOf", "anyOf"].into_iter().any(|key| {
            schema
                .get(key)
                .and_then(Value::as_array)
                .is_some_and(|these| these.iter().any(is_nullable))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_its_nullable_members_always_and_no_others() {
        let mut schema = json!({"type": "object", "required": ["a"], "properties": {
            "a": {"type": "object", "properties": {"x": {"type": ["string", "null"]}}},
            "b": {"oneOf": [{"type": "null"}, {"$ref": "#/x"}]},
            "c": {"type": "string"},
        }});
        tighten(&mut schema);
        assert_eq!(
            (&schema["required"], &schema["additionalProperties"]),
            (&json!(["a", "b"]), &json!(false))
        );
        assert_eq!(schema["properties"]["a"]["required"], json!(["x"]));
    }
}
