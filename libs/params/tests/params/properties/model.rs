//! Files as trees whose layout is drawn at random, and what changes mean without any layout.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::token;

/// A JSON value whose scalars are tokens as spelled.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Token(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// Objects with distinct one-letter keys, some levels deep.
pub(super) fn tree() -> impl Strategy<Value = Tree> {
    token()
        .prop_map(Tree::Token)
        .prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                1 => proptest::collection::vec(inner.clone(), 0..3).prop_map(Tree::Array),
                3 => object(inner),
            ]
        })
        .prop_flat_map(|inner| object(Just(inner)))
}

fn object(value: impl Strategy<Value = Tree>) -> impl Strategy<Value = Tree> {
    proptest::collection::hash_map("[a-d]", value, 0..4)
        .prop_map(|members| Tree::Object(members.into_iter().collect()))
}

impl Tree {
    /// The paths of all members that can be reached through objects.
    pub(super) fn paths(&self) -> Vec<String> {
        match self {
            // objects that stand in a token are no part of the tree, yet of the file
            Self::Token(_) | Self::Array(_) => Vec::new(),
            Self::Object(members) => members
                .iter()
                .flat_map(|(key, value)| {
                    let below = value.paths().into_iter().map(move |path| format!("{key}.{path}"));
                    std::iter::once(key.clone()).chain(below)
                })
                .collect(),
        }
    }

    /// Writes the tree with the gaps in turn between its tokens, some members' values exchanged.
    pub(super) fn render(&self, gaps: &[String], exchanged: &[(String, String)]) -> String {
        let mut writer = Writer { gaps: gaps.iter().cycle(), exchanged, skipped: false };
        let mut text = String::new();
        writer.gap(&mut text);
        writer.value(&mut text, self, "");
        writer.gap(&mut text);
        text
    }
}

struct Writer<'a> {
    gaps: std::iter::Cycle<std::slice::Iter<'a, String>>,
    exchanged: &'a [(String, String)],
    /// Whether the text is thrown away, which still takes its gaps: so that the rest gets the same ones.
    skipped: bool,
}

impl Writer<'_> {
    fn put(&self, text: &mut String, piece: &str) {
        if !self.skipped {
            text.push_str(piece);
        }
    }

    fn gap(&mut self, text: &mut String) {
        let gap = self.gaps.next().cloned().unwrap_or_default();
        self.put(text, &gap);
    }

    fn value(&mut self, text: &mut String, value: &Tree, path: &str) {
        let exchanged = self.exchanged.iter().find(|(other, _)| other == path);
        if let (Some((_, token)), false) = (exchanged, path.is_empty()) {
            self.put(text, token);
            self.skipped = true;
            self.inner(text, value, path);
            self.skipped = false;
        } else {
            self.inner(text, value, path);
        }
    }

    fn inner(&mut self, text: &mut String, value: &Tree, path: &str) {
        match value {
            Tree::Token(token) => self.put(text, token),
            Tree::Array(elements) => {
                self.put(text, "[");
                for (index, element) in elements.iter().enumerate() {
                    self.put(text, if index > 0 { "," } else { "" });
                    self.gap(text);
                    // a path that no change has, since keys are letters
                    self.inner(text, element, "[]");
                    self.gap(text);
                }
                self.put(text, "]");
            }
            Tree::Object(members) => {
                self.put(text, "{");
                for (index, (key, value)) in members.iter().enumerate() {
                    self.put(text, if index > 0 { "," } else { "" });
                    self.gap(text);
                    let spelled = if key == "b" { "\\u0062" } else { key };
                    self.put(text, &format!("\"{spelled}\""));
                    self.gap(text);
                    self.put(text, ":");
                    self.gap(text);
                    let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    self.value(text, value, &below);
                    self.gap(text);
                }
                self.put(text, "}");
            }
        }
    }
}

/// What a file means after some changes; `None` when a change has no single place.
pub(super) fn applied(file: &Value, pairs: &[(String, String)]) -> Option<Value> {
    for (index, (key, _)) in pairs.iter().enumerate() {
        let overlaps =
            |(other, _): &(String, String)| format!("{other}.").starts_with(&format!("{key}."));
        if pairs.iter().enumerate().any(|(at, pair)| at != index && overlaps(pair)) {
            return None;
        }
    }
    let mut value = file.clone();
    for (key, token) in pairs {
        let mut object = value.as_object_mut()?;
        let mut segments: Vec<_> = key.split('.').collect();
        let last = segments.pop()?;
        for segment in segments {
            let below = object.entry(segment).or_insert_with(|| Value::Object(Map::new()));
            object = below.as_object_mut()?;
        }
        object.insert(last.to_owned(), serde_json::from_str(token).ok()?);
    }
    Some(value)
}
