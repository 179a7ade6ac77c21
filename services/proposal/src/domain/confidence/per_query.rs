//! One metric's values per query, read from what a trial recorded: a JSON object text `{query: {metric: value}}`.

use std::{collections::HashMap, fmt};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

/// A query's value of the objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// The query as it was recorded: often what people searched for.
    pub query: String,
    /// The value.
    pub value: f64,
}

/// The text is no JSON object of objects of numbers; it is not repeated, because it holds what people searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("values per query cannot be read")]
pub struct Unreadable;

/// The values of one metric in the order of the text; queries without that metric, or with a value that is not finite, are
/// left out, and of a query that stands twice the last value counts.
///
/// # Errors
/// The text is not of that form.
pub fn read(text: &str, metric: &str) -> Result<Vec<Value>, Unreadable> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let pairs = Queries(metric).deserialize(&mut reader).map_err(|_| Unreadable)?;
    reader.end().map_err(|_| Unreadable)?;
    let mut places: HashMap<String, usize> = HashMap::with_capacity(pairs.len());
    let mut latest: Vec<(String, Option<f64>)> = Vec::with_capacity(pairs.len());
    for (query, value) in pairs {
        if let Some(at) = places.get(&query) {
            latest[*at].1 = value;
        } else {
            places.insert(query.clone(), latest.len());
            latest.push((query, value));
        }
    }
    let values = latest.into_iter().filter_map(|(query, value)| {
        value.filter(|value| value.is_finite()).map(|value| Value { query, value })
    });
    Ok(values.collect())
}

/// All queries, each with its value of this metric.
struct Queries<'m>(&'m str);

impl<'de> DeserializeSeed<'de> for Queries<'_> {
    type Value = Vec<(String, Option<f64>)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Queries<'_> {
    type Value = Vec<(String, Option<f64>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of queries")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(query) = map.next_key::<String>()? {
            pairs.push((query, map.next_value_seed(Metric(self.0))?));
        }
        Ok(pairs)
    }
}

/// One query's value of this metric; its other metrics are passed over.
struct Metric<'m>(&'m str);

impl<'de> DeserializeSeed<'de> for Metric<'_> {
    type Value = Option<f64>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Metric<'_> {
    type Value = Option<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of metrics")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            if name == self.0 {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str, metric: &str) -> Vec<(String, f64)> {
        read(text, metric).unwrap().into_iter().map(|value| (value.query, value.value)).collect()
    }

    #[test]
    fn values_come_in_the_order_of_the_text_and_only_of_the_metric() {
        let text = r#"{"zebra": {"ndcg@10": 0.5, "mrr": 1}, "ant": {"mrr": 0.25}, "bee": {"ndcg@10": 1}, "": {}}"#;
        assert_eq!(pairs(text, "ndcg@10"), [("zebra".to_owned(), 0.5), ("bee".to_owned(), 1.0)]);
        assert_eq!(pairs(text, "mrr"), [("zebra".to_owned(), 1.0), ("ant".to_owned(), 0.25)]);
        assert_eq!(pairs(text, "ndcg"), []);
        assert_eq!(pairs("", "mrr"), []);
    }

    #[test]
    fn of_a_query_that_stands_twice_the_last_value_counts() {
        let text = r#"{"a": {"mrr": 0.1}, "b": {"mrr": 0.2, "mrr": 0.3}, "\u0061": {"mrr": 0.4}, "b": {}}"#;
        assert_eq!(pairs(text, "mrr"), [("a".to_owned(), 0.4)]);
    }

    #[test]
    fn what_is_of_another_form_is_refused_without_repeating_it() {
        for text in [
            "[]",
            "{",
            r#"{"secret": 1}"#,
            r#"{"secret": {"mrr": "1"}}"#,
            "{} {}",
            r#"{"q": {"mrr": 1e999}}"#,
        ] {
            let error = read(text, "mrr").unwrap_err();
            assert!(!error.to_string().contains("secret"));
        }
    }
}
