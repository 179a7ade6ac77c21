//! Request ids: the caller's when it can be shown as it is, else one of ours.

use uuid::Uuid;

/// The header and gRPC metadata key of a request id.
pub const HEADER: &str = "x-request-id";

const LONGEST: usize = 128;

/// Whether an id is 1 to 128 characters of `A-Z a-z 0-9 . _ -`.
pub fn is_valid(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Takes the caller's id when it is valid, else mints one.
pub fn accept(given: Option<&str>) -> String {
    given.filter(|id| is_valid(id)).map_or_else(mint, str::to_owned)
}

/// Mints an id, a UUIDv7, so that ids sort by the time of their request.
pub fn mint() -> String {
    Uuid::now_v7().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_id_is_kept() {
        for id in ["a", "req-1.2_X", &"x".repeat(128)] {
            assert_eq!(accept(Some(id)), id);
        }
    }

    #[test]
    fn anything_else_is_replaced_by_a_uuid_of_version_7() {
        for id in [
            None,
            Some(""),
            Some("a b"),
            Some("a\nb"),
            Some("é"),
            Some("a/b"),
            Some(&*"x".repeat(129)),
        ] {
            let minted = accept(id);
            assert_eq!(
                Uuid::parse_str(&minted).map(|uuid| uuid.get_version_num()),
                Ok(7),
                "{id:?}"
            );
        }
    }
}
