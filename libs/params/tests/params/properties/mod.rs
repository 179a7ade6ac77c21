//! What holds for every file and every set of changes.

mod model;

use model::{Tree, applied, tree};
use proptest::prelude::*;
use proptest::sample::Index;
use pullwright_params::{Change, EditError, Edited, JsonText, ValueError, edit};
use serde_json::Value;

use crate::to;

/// Spellings of values that occur in the wild.
const TOKENS: [&str; 14] = [
    "1",
    "1.0",
    "1e-05",
    "-0",
    "123456789012345678901234567890",
    "0.34",
    "true",
    "null",
    "\"\"",
    "\"\\u00e9 }{,:\"",
    "[1, 2]",
    "{}",
    "{ \"a\":1 }",
    "\"😀\"",
];

fn token() -> impl Strategy<Value = String> {
    proptest::sample::select(&TOKENS[..]).prop_map(str::to_owned)
}

fn gaps() -> impl Strategy<Value = Vec<String>> {
    let gap =
        proptest::sample::select(&["", "", " ", "\n  ", "\r\n\t", "\n", "\r", "  \n \n "][..]);
    proptest::collection::vec(gap.prop_map(str::to_owned), 1..12)
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::vec(("[a-d](\\.[a-d]){0,3}", token()), 1..6)
}

fn changes(pairs: &[(String, String)]) -> Vec<Change<'_>> {
    pairs.iter().map(|(key, token)| to(key, token)).collect()
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn the_bytes_outside_the_exchanged_tokens_stay(
        tree in tree().prop_filter("needs a member", |tree| !tree.paths().is_empty()),
        gaps in gaps(),
        picks in proptest::collection::vec((any::<Index>(), token()), 1..5),
    ) {
        let paths = tree.paths();
        let mut chosen: Vec<(String, String)> = Vec::new();
        for (index, token) in picks {
            let path = index.get(&paths).clone();
            let apart = |(other, _): &(String, String)| {
                !format!("{other}.").starts_with(&format!("{path}."))
                    && !format!("{path}.").starts_with(&format!("{other}."))
            };
            if chosen.iter().all(apart) {
                chosen.push((path, token));
            }
        }
        let file = tree.render(&gaps, &[]);
        let expected = tree.render(&gaps, &chosen);
        match edit(file.as_bytes(), &changes(&chosen)) {
            Ok(edited) => prop_assert_eq!(String::from_utf8(edited.bytes).unwrap(), expected),
            Err(error) => {
                prop_assert_eq!(error, EditError::NoChange);
                prop_assert_eq!(file, expected);
            }
        }
    }

    #[test]
    fn the_result_means_what_the_changes_say(tree in tree(), gaps in gaps(), pairs in pairs()) {
        let file = tree.render(&gaps, &[]);
        let wanted = applied(&parsed(file.as_bytes()), &pairs);
        match (edit(file.as_bytes(), &changes(&pairs)), wanted) {
            (Ok(Edited { bytes, .. }), Some(wanted)) => prop_assert_eq!(parsed(&bytes), wanted),
            (Err(EditError::NoChange), Some(wanted)) => {
                prop_assert_eq!(parsed(file.as_bytes()), wanted);
            }
            (Err(EditError::ParamConflict(_)), None) => {}
            (result, wanted) => prop_assert!(false, "{:?} for {:?}", result, wanted),
        }
    }

    #[test]
    fn the_order_of_changes_does_not_matter(
        tree in tree(), gaps in gaps(),
        (pairs, shuffled) in pairs().prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle())),
    ) {
        let file = tree.render(&gaps, &[]);
        prop_assert_eq!(
            edit(file.as_bytes(), &changes(&pairs)),
            edit(file.as_bytes(), &changes(&shuffled))
        );
    }

    #[test]
    fn an_insertion_takes_nothing_away(tree in tree(), gaps in gaps(), key in "[a-e](\\.[a-e]){0,3}") {
        let file = tree.render(&gaps, &[]);
        let Ok(edited) = edit(file.as_bytes(), &[to(&key, "1")]) else { return Ok(()) };
        if tree.paths().contains(&key) {
            return Ok(());
        }
        let (old, new) = (file.as_bytes(), &edited.bytes);
        let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
        prop_assert!(head + tail >= old.len(), "{:?} became {:?}", file, String::from_utf8_lossy(new));
    }

    #[test]
    fn an_edit_done_again_changes_nothing(tree in tree(), gaps in gaps(), pairs in pairs()) {
        let file = tree.render(&gaps, &[]);
        if let Ok(edited) = edit(file.as_bytes(), &changes(&pairs)) {
            prop_assert_eq!(edit(&edited.bytes, &changes(&pairs)), Err(EditError::NoChange));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(file: Vec<u8>, key: String, from: String, value: String) {
        let change = Change { key: &key, from_json: &from, to_json: &value };
        let _ = edit(&file, &[change]);
        let _ = edit(&file, &[to("a.b", "1")]);
    }

    #[test]
    fn what_looks_like_json_is_json_for_serde_too(
        text in "[{}\\[\\]:,\"a\\\\ud8c0-2eE.+\\- \\n\\r\\tnull\u{e9}]{0,24}",
        wrapped in any::<bool>(),
    ) {
        let text = if wrapped { format!("{{\"a\":[{text}]}}") } else { text };
        let ours = JsonText::parse(&text);
        match serde_json::from_str::<Value>(&text) {
            Ok(_) => prop_assert!(
                matches!(ours, Ok(_) | Err(ValueError::DuplicateKey { .. })), "{:?}", ours
            ),
            Err(error) => prop_assert!(ours.is_err(), "serde says {}", error),
        }
        let _ = edit(text.as_bytes(), &[to("a.b", "1"), to("c", "1")]);
    }
}

#[test]
fn a_rendered_tree_is_json() {
    let tree = Tree::Object(vec![("a".to_owned(), Tree::Array(vec![Tree::Token("1".to_owned())]))]);
    assert_eq!(tree.render(&[" ".to_owned()], &[]), " { \"a\" : [ 1 ] } ");
}
