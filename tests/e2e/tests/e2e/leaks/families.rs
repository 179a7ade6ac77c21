//! Credentials of every family that GitHub gives or once gave, made at run time. Knows nothing of where they are used.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

/// A credential and what its kind is called.
#[derive(Debug, Clone)]
pub(super) struct Credential {
    /// The kind; also names the repository that is opened with it.
    pub(super) family: &'static str,
    /// The credential itself.
    pub(super) value: String,
}

/// One credential of each family that git and the API take.
pub(super) fn all() -> Vec<Credential> {
    let prefixed = |kind: &str, rest: String| format!("gh{kind}_{rest}");
    let hex = || Uuid::new_v4().simple().to_string() + &Uuid::new_v4().simple().to_string();
    [
        ("classic", prefixed("p", letters(36))),
        ("oauth", prefixed("o", letters(36))),
        ("fine-grained", format!("github{}{}_{}", "_pat_", letters(22), letters(59))),
        ("installation", prefixed("s", letters(36))),
        ("installation-of-an-emulator", prefixed("s", url_safe(27))),
        ("installation-stateless", prefixed("s", format!("12345_{}", json_web_token()))),
        ("forty-hex", hex()[..40].to_owned()),
    ]
    .map(|(family, value)| Credential { family, value })
    .into()
}

/// Ordinary words, with all that encodings change in them: no pattern finds such a secret.
pub(super) fn words() -> String {
    format!("lantern \"orchard\" \\ 50% & tin/whistle + {}", letters(12))
}

/// About 520 characters, two dots, `-` and `_`, as GitHub's stateless installation tokens.
fn json_web_token() -> String {
    let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"RS256","kid":"{}"}}"#, letters(40)));
    let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"app_id":12345,"x":"{}"}}"#, letters(80)));
    format!("{header}.{payload}.{}-_{}", url_safe(240), letters(20))
}

/// So many letters and digits of either case.
fn letters(count: usize) -> String {
    url_safe(2 * count).chars().filter(char::is_ascii_alphanumeric).take(count).collect()
}

fn url_safe(count: usize) -> String {
    let bytes: Vec<u8> = (0..=count / 16).flat_map(|_| Uuid::new_v4().into_bytes()).collect();
    URL_SAFE_NO_PAD.encode(bytes)[..count].to_owned()
}
