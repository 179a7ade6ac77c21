//! Objects whose keys are the caller's: in the caller's order, each key once.

use std::{collections::HashSet, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};

/// The members of an object; a key that stands twice is refused, for nobody knows which one was meant.
#[derive(Debug)]
pub(crate) struct Pairs<T>(Vec<(String, T)>);

impl<T> Pairs<T> {
    /// The keys, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> + '_ {
        self.0.iter().map(|(key, _)| key.clone())
    }
}

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> IntoIterator for Pairs<T> {
    type Item = (String, T);
    type IntoIter = std::vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
    type Value = Pairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<T>, A::Error> {
        let (mut pairs, mut seen) = (Vec::new(), HashSet::new());
        while let Some(key) = map.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format_args!(
                    "the key `{key}` stands twice; give it once"
                )));
            }
            pairs.push((key, map.next_value()?));
        }
        Ok(Pairs(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_stand_once() {
        let pairs: Pairs<i32> = serde_json::from_str(r#"{"b":1,"a":2}"#).unwrap();
        assert_eq!(
            pairs.into_iter().collect::<Vec<_>>(),
            [("b".to_owned(), 1), ("a".to_owned(), 2)]
        );
        // The second spelling is the same key.
        let twice = serde_json::from_str::<Pairs<i32>>("{\"a\":1,\"\\u0061\":2}");
        assert!(twice.unwrap_err().to_string().contains("`a` stands twice"));
        assert!(serde_json::from_str::<Pairs<i32>>("[]").is_err());
    }
}
