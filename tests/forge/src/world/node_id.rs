//! Global node ids in the manner of GitHub: a type prefix and an opaque word.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Makes the node id of a thing, such as `PR_` followed by the id in base64url.
pub(crate) fn node_id(prefix: &str, id: u64) -> String {
    format!("{prefix}_{}", BASE64_URL_SAFE_NO_PAD.encode(id.to_be_bytes()))
}

/// Reads the id out of a node id of a kind.
pub(crate) fn parse_node_id(prefix: &str, text: &str) -> Option<u64> {
    let word = text.strip_prefix(prefix)?.strip_prefix('_')?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(word).ok()?;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ids_have_two_node_ids() {
        assert_ne!(node_id("PR", 1), node_id("PR", 2));
        assert_ne!(node_id("PR", 1), node_id("R", 1));
        assert_eq!(parse_node_id("PR", &node_id("PR", 77)), Some(77));
        assert_eq!(parse_node_id("R", &node_id("PR", 77)), None);
        assert_eq!(parse_node_id("PR", "PR_nonsense"), None);
    }
}
