//! Picking from an object what a selection asks for: aliases, fragments and type conditions. It knows no type by name.

use std::collections::HashMap;

use graphql_parser::Pos;
use graphql_parser::query::{
    Field, FragmentDefinition, Selection, SelectionSet, TypeCondition, Value as Literal,
};
use serde_json::{Map, Value, json};

/// What a query brings along: its variables and fragments.
pub(super) struct Scope<'a> {
    pub(super) variables: &'a Map<String, Value>,
    pub(super) fragments: HashMap<&'a str, &'a FragmentDefinition<'a, String>>,
}

/// A query that asks for what there is not; nothing of it is answered.
#[derive(Debug)]
pub(super) struct Invalid {
    message: String,
    code: &'static str,
    at: Pos,
}

impl Invalid {
    /// Refuses a field that a type has not.
    pub(super) fn undefined(field: &Field<'_, String>, of: &str) -> Self {
        let message = format!("Field '{}' doesn't exist on type '{of}'", field.name);
        Self { message, code: "undefinedField", at: field.position }
    }

    /// Refuses anything else.
    pub(super) fn new(message: impl Into<String>, code: &'static str, at: Pos) -> Self {
        Self { message: message.into(), code, at }
    }

    /// Shapes the error.
    pub(super) fn shape(&self) -> Value {
        json!({ "message": self.message, "extensions": { "code": self.code }, "locations": [location(self.at)] })
    }
}

/// Shapes a place in the query.
pub(super) fn location(at: Pos) -> Value {
    json!({ "line": at.line, "column": at.column })
}

/// Returns the key under which a field is answered.
pub(super) fn key<'a>(field: &'a Field<'_, String>) -> &'a str {
    field.alias.as_deref().unwrap_or(&field.name)
}

impl<'a> Scope<'a> {
    /// Lists the fields that a selection asks of a type, fragments resolved.
    pub(super) fn fields(
        &self,
        set: &'a SelectionSet<'a, String>,
        of: &str,
    ) -> Result<Vec<&'a Field<'a, String>>, Invalid> {
        let fits = |condition: &TypeCondition<'_, String>| {
            let TypeCondition::On(name) = condition;
            name == of || name == "Node" || name == "Actor"
        };
        let mut fields = Vec::new();
        for selection in &set.items {
            match selection {
                Selection::Field(field) => fields.push(field),
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(fits) {
                        fields.extend(self.fields(&fragment.selection_set, of)?);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    let fragment = self.fragments.get(name).copied().ok_or_else(|| {
                        let message = format!("Fragment {name} was used, but not defined");
                        Invalid::new(message, "useAndDefineFragment", spread.position)
                    })?;
                    if fits(&fragment.type_condition) {
                        fields.extend(self.fields(&fragment.selection_set, of)?);
                    }
                }
            }
        }
        Ok(fields)
    }

    /// Picks from an object what a selection asks for.
    pub(super) fn pick(
        &self,
        object: &Value,
        set: &'a SelectionSet<'a, String>,
    ) -> Result<Value, Invalid> {
        let Value::Object(members) = object else { return Ok(object.clone()) };
        let of = object["__typename"].as_str().unwrap_or_default();
        let mut picked = Map::new();
        for field in self.fields(set, of)? {
            let value = members.get(&field.name).ok_or_else(|| Invalid::undefined(field, of))?;
            picked.insert(key(field).to_owned(), self.pick_field(value, field)?);
        }
        Ok(Value::Object(picked))
    }

    /// Picks from the value of one field.
    pub(super) fn pick_field(
        &self,
        value: &Value,
        field: &'a Field<'a, String>,
    ) -> Result<Value, Invalid> {
        let selects = !field.selection_set.items.is_empty();
        match value {
            Value::Object(_) if !selects => {
                let message = format!("Field must have selections (field '{}')", field.name);
                Err(Invalid::new(message, "selectionMismatch", field.position))
            }
            Value::Object(_) => self.pick(value, &field.selection_set),
            Value::Null => Ok(Value::Null),
            _ if selects => {
                let message =
                    format!("Selections can't be made on scalars (field '{}')", field.name);
                Err(Invalid::new(message, "selectionMismatch", field.position))
            }
            scalar => Ok(scalar.clone()),
        }
    }

    /// Returns the value of an argument; null when it is not given.
    pub(super) fn argument(&self, field: &Field<'_, String>, name: &str) -> Value {
        let given = field.arguments.iter().find(|(given, _)| given == name);
        given.map(|(_, literal)| self.value(literal)).unwrap_or_default()
    }

    fn value(&self, literal: &Literal<'_, String>) -> Value {
        match literal {
            Literal::Variable(name) => self.variables.get(name).cloned().unwrap_or_default(),
            Literal::Int(number) => json!(number.as_i64()),
            Literal::Float(number) => json!(number),
            Literal::String(text) | Literal::Enum(text) => json!(text),
            Literal::Boolean(flag) => json!(flag),
            Literal::Null => Value::Null,
            Literal::List(items) => items.iter().map(|item| self.value(item)).collect(),
            Literal::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), self.value(value)))
                .collect::<Map<_, _>>()
                .into(),
        }
    }
}
