//! The fields of an event or span, in the order in which they were first given.

use std::{error::Error, fmt};

use tracing::field::{Field, Visit};

/// A field's value as JSON will show it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Anything that is shown in quotes.
    Text(String),
    /// A number or a boolean, as JSON spells it.
    Literal(String),
}

/// Fields by name; a name given again replaces its value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    pub(crate) fn set(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    pub(crate) fn set_text(&mut self, name: &'static str, value: impl fmt::Display) {
        self.set(name, Value::Text(value.to_string()));
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        match self.0.remove(at).1 {
            Value::Text(value) | Value::Literal(value) => Some(value),
        }
    }

    /// Adds the fields of a narrower scope, which win.
    pub(crate) fn extend(&mut self, narrower: &Self) {
        for (name, value) in &narrower.0 {
            self.set(name, value.clone());
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    fn literal(&mut self, field: &Field, value: impl fmt::Display) {
        self.set(field.name(), Value::Literal(value.to_string()));
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.literal(field, value);
        } else {
            self.set_text(field.name(), value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.literal(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.literal(field, value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.literal(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.literal(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.literal(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set_text(field.name(), value);
    }

    /// The whole chain, as no `Display` of ours repeats its source.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut chain = value.to_string();
        let mut source = value.source();
        while let Some(error) = source {
            chain.push_str(": ");
            chain.push_str(&error.to_string());
            source = error.source();
        }
        self.set(field.name(), Value::Text(chain));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field.name(), Value::Text(format!("{value:?}")));
    }
}
