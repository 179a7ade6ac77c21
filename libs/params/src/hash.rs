//! The hash that pins what was asked for. It does not know the file or the result.

use sha2::{Digest, Sha256};

use crate::Change;

/// Hashes a `config_diff`: SHA-256 over its sorted lines `key NUL from NUL to LF`, both values as stored.
///
/// The order of the changes does not matter, the spelling of their values does.
pub fn config_diff_sha256(changes: &[Change<'_>]) -> [u8; 32] {
    let mut lines: Vec<_> = changes
        .iter()
        .map(|change| format!("{}\0{}\0{}\n", change.key, change.from_json, change.to_json))
        .collect();
    lines.sort_unstable();
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change<'a>(key: &'a str, from_json: &'a str, to_json: &'a str) -> Change<'a> {
        Change { key, from_json, to_json }
    }

    #[test]
    fn the_hash_is_that_of_the_sorted_lines() {
        let changes = [change("tie", "0.1", "0.34"), change("boost", "1.0", "2.5")];
        let by_hand = Sha256::digest(b"boost\x001.0\x002.5\ntie\x000.1\x000.34\n");
        assert_eq!(config_diff_sha256(&changes), <[u8; 32]>::from(by_hand));
    }

    #[test]
    fn the_order_of_changes_does_not_matter() {
        let (a, b) = (change("a", "1", "2"), change("b", "1", "2"));
        assert_eq!(config_diff_sha256(&[a, b]), config_diff_sha256(&[b, a]));
    }

    #[test]
    fn the_spelling_of_a_value_matters() {
        let (a, b) = (change("a", "1", "2"), change("a", "1", "2.0"));
        assert_ne!(config_diff_sha256(&[a]), config_diff_sha256(&[b]));
    }

    #[test]
    fn an_empty_diff_has_the_hash_of_nothing() {
        assert_eq!(
            hex::encode(config_diff_sha256(&[])),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
