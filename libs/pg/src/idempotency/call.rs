//! A call as idempotency sees it: whose it is, which id it carries, and what it asks, as a hash.

use super::{ClaimError, sha256, store::Entry};

/// The longest request id, in characters.
const LONGEST: usize = 255;

/// A call that may be repeated.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Who calls; request ids of different callers have nothing to do with each other.
    pub caller: &'a str,
    /// The request id, 1 to 255 characters; empty when the caller gave none.
    pub request_id: &'a str,
    /// The method's name.
    pub method: &'a str,
    /// The request as encoded, its request id cleared. Equal requests must have equal bytes.
    pub content: &'a [u8],
}

impl Call<'_> {
    pub(super) fn entry(&self) -> Result<Entry, ClaimError> {
        // PostgreSQL cannot hold the character NUL in a text.
        if self.request_id.chars().count() > LONGEST || self.request_id.contains('\0') {
            return Err(ClaimError::Malformed);
        }
        Ok(Entry {
            caller: self.caller.to_owned(),
            key: self.request_id.to_owned(),
            request_sha256: sha256([self.method.as_bytes(), self.content]).to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(request_id: &str, method: &str, content: &[u8]) -> Result<Entry, ClaimError> {
        Call { caller: "ingress", request_id, method, content }.entry()
    }

    #[test]
    fn a_request_id_is_measured_in_characters_and_holds_no_nul() {
        assert!(entry(&"é".repeat(255), "m", b"").is_ok());
        for malformed in ["é".repeat(256), "a\0b".to_owned()] {
            assert!(matches!(entry(&malformed, "m", b""), Err(ClaimError::Malformed)));
        }
    }

    #[test]
    fn method_and_content_do_not_run_into_each_other() {
        let hash = |method, content| entry("k", method, content).map(|e| e.request_sha256).ok();
        assert_eq!(hash("Create", b"x"), hash("Create", b"x"));
        assert_ne!(hash("Create", b"x"), hash("Creat", b"ex"));
        assert_ne!(hash("Create", b"x"), hash("Create", b"y"));
    }
}
