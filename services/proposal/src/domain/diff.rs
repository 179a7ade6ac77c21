//! The parameter diff of a proposal.

use std::collections::{BTreeMap, HashSet};

use pullwright_params::{Declared, JsonText, defaults, hash};
use pullwright_redact::looks_like_token;

use super::{
    proposal::Change,
    violation::{Violations, has_length, is_storable},
};

/// Most changes in one diff.
pub const MOST_CHANGES: usize = 200;
/// Longest key, in characters.
pub const LONGEST_KEY: usize = 256;
/// Largest diff, keys and values together, in bytes: it must fit into one message many times over.
pub const LARGEST_DIFF: usize = 256 * 1024;

const CREDENTIAL: &str = "must not look like a credential";

/// Takes a diff that a caller gave: at least one change, each key once, values that are JSON. Sorts it by key and drops the
/// white space around values; their spelling stays.
pub fn checked(field: &str, given: Vec<Change>, violations: &mut Violations) -> Vec<Change> {
    violations.require(!given.is_empty(), field, "must hold at least one change");
    violations.require(
        given.len() <= MOST_CHANGES,
        field,
        format!("must hold at most {MOST_CHANGES} changes"),
    );
    let bytes: usize = given.iter().map(size).sum();
    violations.require(
        bytes <= LARGEST_DIFF,
        field,
        format!("must have at most {LARGEST_DIFF} bytes"),
    );
    let mut keys = HashSet::new();
    let mut changes = Vec::with_capacity(given.len());
    for (index, change) in given.into_iter().take(MOST_CHANGES).enumerate() {
        let field = |name: &str| format!("{field}[{index}].{name}");
        check_key(&field("key"), &change.key, violations);
        violations.require(keys.insert(change.key.clone()), field("key"), "must not stand twice");
        changes.push(Change {
            from_json: checked_value(&field("from_json"), &change.from_json, violations),
            to_json: checked_value(&field("to_json"), &change.to_json, violations),
            key: change.key,
        });
    }
    changes.sort_by(|one, other| one.key.cmp(&other.key));
    changes
}

/// Checks a parameter's name: 1 to 256 characters, nothing that looks like a credential.
pub fn check_key(field: &str, key: &str, violations: &mut Violations) {
    violations.require(
        has_length(key, LONGEST_KEY) && is_storable(key),
        field,
        format!("must have 1 to {LONGEST_KEY} characters"),
    );
    violations.require(!looks_like_token(key), field, CREDENTIAL);
}

/// Takes a JSON text without the white space around it; gives an empty one when a rule does not hold.
pub fn checked_value(field: &str, text: &str, violations: &mut Violations) -> String {
    match JsonText::parse(text) {
        Ok(_) if looks_like_token(text) => violations.add(field, CREDENTIAL),
        Ok(value) => return value.into_string(),
        Err(error) => violations.add(field, format!("must be one JSON value: {error}")),
    }
    String::new()
}

/// The diff that follows from a recommendation: from the declared default to the recommended value, sorted by key.
///
/// A parameter that the template does not declare is left out.
#[must_use]
pub fn derived(declared: &Declared, recommended: &BTreeMap<String, String>) -> Vec<Change> {
    recommended
        .iter()
        .filter_map(|(key, value)| {
            let from_json = defaults::of(key, Some(declared.get(key)?));
            Some(Change { key: key.clone(), from_json, to_json: value.clone() })
        })
        .collect()
}

/// The hash that pins a diff.
#[must_use]
pub fn sha256(changes: &[Change]) -> Vec<u8> {
    let changes: Vec<_> = changes
        .iter()
        .map(|change| pullwright_params::Change {
            key: &change.key,
            from_json: &change.from_json,
            to_json: &change.to_json,
        })
        .collect();
    hash::config_diff_sha256(&changes).to_vec()
}

fn size(change: &Change) -> usize {
    change.key.len() + change.from_json.len() + change.to_json.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(key: &str, from_json: &str, to_json: &str) -> Change {
        Change { key: key.to_owned(), from_json: from_json.to_owned(), to_json: to_json.to_owned() }
    }

    fn fields(given: Vec<Change>) -> Vec<String> {
        let mut violations = Violations::default();
        checked("config_diff", given, &mut violations);
        violations.into_vec().into_iter().map(|violation| violation.field).collect()
    }

    #[test]
    fn values_keep_their_spelling_and_changes_are_sorted() {
        let mut violations = Violations::default();
        let given = vec![change("tie", " 0.10 ", "1e-05"), change("boost", "1.0", "2.50")];
        let taken = checked("config_diff", given, &mut violations);
        assert!(violations.into_vec().is_empty());
        assert_eq!(taken, [change("boost", "1.0", "2.50"), change("tie", "0.10", "1e-05")]);
    }

    #[test]
    fn an_empty_diff_is_refused() {
        assert_eq!(fields(vec![]), ["config_diff"]);
    }

    #[test]
    fn each_broken_rule_names_its_field() {
        let given = vec![
            change("", "1", "2"),
            change("a", "1", "2"),
            change("a", "1", "2"),
            change("b", "", "1e400"),
            change(&"k".repeat(257), "1", "{"),
        ];
        assert_eq!(
            fields(given),
            [
                "config_diff[0].key",
                "config_diff[2].key",
                "config_diff[3].from_json",
                "config_diff[3].to_json",
                "config_diff[4].key",
                "config_diff[4].to_json"
            ]
        );
    }

    #[test]
    fn a_credential_is_refused_as_key_and_as_value() {
        let token = format!("gh{}_{}", "p", "A".repeat(36));
        let given = vec![change(&token, "1", "2"), change("b", "1", &format!("\"{token}\""))];
        assert_eq!(fields(given), ["config_diff[0].key", "config_diff[1].to_json"]);
    }

    #[test]
    fn too_many_and_too_large_are_refused() {
        assert_eq!(
            fields((0..201).map(|index| change(&index.to_string(), "1", "2")).collect()),
            ["config_diff"]
        );
        let large = format!("\"{}\"", "x".repeat(60_000));
        assert_eq!(
            fields((0..5).map(|index| change(&index.to_string(), "1", &large)).collect()),
            ["config_diff"]
        );
    }

    #[test]
    fn a_recommendation_is_held_against_the_declared_defaults() {
        let declared =
            Declared::parse(r#"{"boost":"float","fuzziness":"string"}"#).expect("well formed");
        let recommended = [("boost", "2.5"), ("fuzziness", "\"AUTO\""), ("gone", "1")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        let changes = derived(&declared, &recommended.into());
        assert_eq!(
            changes,
            [change("boost", "1.0", "2.5"), change("fuzziness", "\"\"", "\"AUTO\"")]
        );
    }
}
