//! The forms of a secret that no decoder of [`crate::encoding`] undoes: pieces of it, hexadecimal, base64.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use zeroize::Zeroizing;

use crate::{encoding::Encoding, redactor::SHORTEST};

/// Shorter lines of a key say too little to be looked for.
const SHORTEST_LINE: usize = 16;

/// Bytes to look for.
pub(crate) struct Form {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// Base64 whose first and last character may hold bits of the secret's neighbours: those are not in `bytes`.
    pub(crate) base64: bool,
}

/// Everything to look for when `secret` is live.
pub(crate) fn of(secret: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    let secret = secret.trim();
    each_form(secret.as_bytes(), &mut forms);
    if secret.contains('\n') {
        for line in secret.lines().map(str::trim) {
            if line.len() >= SHORTEST_LINE && !line.starts_with("-----") {
                each_form(line.as_bytes(), &mut forms);
            }
        }
    }
    if let Some(password) = url_password(secret) {
        let decoded = Encoding::Percent.decode(password.as_bytes()).map(Zeroizing::new);
        for password in [Some(password.as_bytes()), decoded.as_ref().map(|bytes| bytes.as_slice())]
            .into_iter()
            .flatten()
        {
            if password.len() >= SHORTEST {
                each_form(password, &mut forms);
            }
        }
    }
    forms
}

/// The password of `scheme://user:password@host`: it is a secret of its own when the URL is one.
fn url_password(secret: &str) -> Option<&str> {
    let (_, rest) = secret.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, _host) = authority.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| password)
}

fn each_form(secret: &[u8], forms: &mut Vec<Form>) {
    let mut add = |bytes: Vec<u8>, base64| {
        let bytes = Zeroizing::new(bytes);
        if !forms.iter().any(|form| *form.bytes == *bytes) {
            forms.push(Form { bytes, base64 });
        }
    };
    add(secret.to_vec(), false);
    if secret.contains(&b' ') {
        add(secret.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect(), false);
    }
    add(hex::encode(secret).into_bytes(), false);
    add(hex::encode_upper(secret).into_bytes(), false);
    for before in 0..3 {
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            add(base64_core(&engine, secret, before), true);
        }
    }
}

/// The characters that depend on the secret alone when `before` bytes, modulo 3, stand in front of it.
fn base64_core(engine: &impl Engine, secret: &[u8], before: usize) -> Vec<u8> {
    let mut text = Zeroizing::new(vec![0; before]);
    text.extend_from_slice(secret);
    let encoded = Zeroizing::new(engine.encode(&*text));
    let first = (8 * before).div_ceil(6);
    let last = 8 * text.len() / 6;
    encoded.as_bytes()[first..last].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_a_url_is_a_secret_of_its_own() {
        let passwords: [(&str, Option<&str>); 6] = [
            ("postgres://user:pass%2Fword@host:5432/db?x=1@2", Some("pass%2Fword")),
            ("redis://:pass@host", Some("pass")),
            ("https://user@host:80", None),
            ("https://host/a:b@c", None),
            ("https://u:p@q@host", Some("p@q")),
            ("no url", None),
        ];
        for (url, password) in passwords {
            assert_eq!(url_password(url), password, "{url}");
        }
        let shown: Vec<_> = of("postgres://user:pass%2Fword@host/db")
            .iter()
            .map(|form| form.bytes.to_vec())
            .collect();
        assert!(shown.contains(&b"pass%2Fword".to_vec()) && shown.contains(&b"pass/word".to_vec()));
    }

    #[test]
    fn base64_of_a_longer_text_contains_the_core_of_its_alignment() {
        let secret = b"an-octet-string\xff";
        for before in 0..7 {
            for after in 0..4 {
                let text = [&vec![b'x'; before], secret.as_slice(), &vec![b'y'; after]].concat();
                for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                    let core = String::from_utf8(base64_core(&engine, secret, before % 3)).unwrap();
                    assert!(engine.encode(&text).contains(&core), "{before} {after}");
                    assert!(core.len() >= secret.len());
                }
            }
        }
    }
}
