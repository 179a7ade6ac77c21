//! What a credential looks like when nobody registered it.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::{kind::Kind, span::Span, views};

struct Pattern {
    kind: Kind,
    /// Its first group, or all of it when it has none, has to go.
    regex: Regex,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    [
        (Kind::PrivateKey, PRIVATE_KEY),
        // No boundary on either side: tokens are pasted against words. An installation token may be `ghs_`, an app's id
        // and a JWT, with `.` and `-` in it, and of any length.
        (Kind::GhToken, r"github_pat_[A-Za-z0-9_]{20,}|ghs_[A-Za-z0-9._-]{35,}[A-Za-z0-9_-]|gh[a-su-z]_[A-Za-z0-9_]{36,}"),
        // Apart from the others for the sake of names such as `weight_of_…`.
        (Kind::GhToken, r"(?:^|[^a-z])(ght_[A-Za-z0-9_]{36,})"),
        // Issued before 2021, and still by old Enterprise Servers.
        (Kind::GhToken, r"v1\.[0-9a-f]{40}"),
        // With a boundary: `task-` and a UUID is no key.
        (Kind::ApiKey, r"\bsk-[A-Za-z0-9_-]{20,}"),
        (Kind::Authorization, r#"(?i)authorization["']?\s*[:=,]\s*["']?(?:basic|bearer|token)\s+([^\s"',;)\]}]+)"#),
        // Base64 of `x-access-token:`, the user name that git sends with a token.
        (Kind::Authorization, r"eC1hY2Nlc3MtdG9rZW46[A-Za-z0-9+/_-]{4,}={0,2}"),
        (Kind::Jwt, r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)*"),
        (Kind::UrlPassword, r#"(?i)[a-z][a-z0-9+.-]*://[^\s:/@]*:([^\s@/\]"<>]+)@"#),
    ]
    .map(|(kind, pattern)| Pattern {
        kind,
        regex: Regex::new(&format!("(?-u){pattern}")).expect("a constant pattern, compiled by the tests"),
    })
    .into()
});

/// A whole key, or one whose end was cut off.
const PRIVATE_KEY: &str = concat!(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
    r"(?:[A-Za-z0-9+/=\s\\:,.()@<>-]*?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
    r"|(?:\\[rn]|\s)*[A-Za-z0-9+/=]{16,}[A-Za-z0-9+/=\s\\]*)",
);

/// Whether a text holds something shaped like a credential, in plain or percent-encoded or escaped.
///
/// It asks about shape alone: a registered secret of another shape is not seen.
pub fn looks_like_token(text: &str) -> bool {
    !views::search(text.as_bytes(), &find).is_empty()
}

/// Adds every place that looks like a credential.
pub(crate) fn find(text: &[u8], spans: &mut Vec<Span>) {
    for Pattern { kind, regex } in PATTERNS.iter() {
        if regex.captures_len() == 1 {
            spans.extend(regex.find_iter(text).map(|found| Span {
                start: found.start(),
                end: found.end(),
                kind: *kind,
            }));
        } else {
            spans.extend(
                regex.captures_iter(text).filter_map(|found| found.get(1)).map(|found| Span {
                    start: found.start(),
                    end: found.end(),
                    kind: *kind,
                }),
            );
        }
    }
}
