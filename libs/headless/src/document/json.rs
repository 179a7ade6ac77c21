//! JSON that says one thing: bounded depth, no key twice.

use std::{cell::RefCell, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::{DocumentError, Fault};

/// Parses one JSON text.
pub(super) fn parse(bytes: &[u8], most_depth: usize) -> Result<Value, DocumentError> {
    let refused = RefCell::new(None);
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let level = Level { left: most_depth, most: most_depth, refused: &refused };
    let parsed = level.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    parsed.map_err(|error| {
        let syntax = Fault::NotJson { line: error.line(), column: error.column() };
        DocumentError::whole(refused.take().unwrap_or(syntax))
    })
}

/// One level of the document; why it is refused is noted beside, since serde's errors are texts.
#[derive(Clone, Copy)]
struct Level<'r> {
    left: usize,
    most: usize,
    refused: &'r RefCell<Option<Fault>>,
}

impl Level<'_> {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left, ..self }),
            None => Err(self.refuse(Fault::TooDeep { limit: self.most })),
        }
    }

    fn refuse<E: serde::de::Error>(self, fault: Fault) -> E {
        let error = E::custom(&fault);
        self.refused.replace(Some(fault));
        error
    }
}

impl<'de> DeserializeSeed<'de> for Level<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(inner)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(inner)?;
            if object.insert(key, value).is_some() {
                return Err(self.refuse::<A::Error>(Fault::DuplicateKey));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_as_it_is() {
        let text = br#" {"a": [1, -2, 2.5, null, true, "x\n"], "b": {}} "#;
        let plain: Value = serde_json::from_slice(text).expect("JSON");
        assert_eq!(parse(text, 2), Ok(plain));
    }

    #[test]
    fn depth_is_bounded_while_it_is_read() {
        let fault = |text: &str, depth| parse(text.as_bytes(), depth).expect_err(text).fault;
        assert_eq!(fault("[[1]]", 1), Fault::TooDeep { limit: 1 });
        assert_eq!(fault(r#"{"a":{"b":[]}}"#, 2), Fault::TooDeep { limit: 2 });
        assert_eq!(fault(&"[".repeat(900_000), 16), Fault::TooDeep { limit: 16 });
    }

    #[test]
    fn a_key_stands_once() {
        let error = parse(br#"{"a": {"b": 1, "\u0062": 2}}"#, 9).expect_err("twice");
        assert_eq!(error.fault, Fault::DuplicateKey);
    }

    #[test]
    fn what_is_cut_or_followed_by_more_is_not_json() {
        for text in ["", "{", "{}{}", "{} x", "{'a': 1}", "\u{feff}{}", "[1e999]"] {
            let error = parse(text.as_bytes(), 9).expect_err(text);
            assert!(matches!(error.fault, Fault::NotJson { .. }), "{text}: {error}");
        }
        assert!(parse(b"\"\xff\"", 9).is_err(), "not UTF-8");
    }
}
