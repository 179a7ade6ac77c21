//! `X-Hub-Signature-256`: the HMAC-SHA256 of the raw body, compared in constant time.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::head::single;

/// The signature that a delivery claims.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signature([u8; 32]);

/// Why a delivery has no signature that could be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsigned {
    Missing,
    Malformed,
}

impl Signature {
    /// Reads `sha256=` and 64 hexadecimal digits, given once.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Unsigned> {
        const HEADER: &str = "x-hub-signature-256";
        if !headers.contains_key(HEADER) {
            return Err(Unsigned::Missing);
        }
        let digits = single(headers, HEADER).and_then(|text| text.strip_prefix("sha256="));
        let mut claimed = [0; 32];
        match digits.map(|digits| hex::decode_to_slice(digits, &mut claimed)) {
            Some(Ok(())) => Ok(Self(claimed)),
            Some(Err(_)) | None => Err(Unsigned::Malformed),
        }
    }

    /// Whether whoever made it knew `secret`.
    pub(super) fn fits(&self, secret: &[u8], body: &[u8]) -> bool {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret)
            .expect("HMAC takes keys of every length (RFC 2104)");
        mac.update(body);
        let made: [u8; 32] = mac.finalize().into_bytes().into();
        made.ct_eq(&self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let values =
            values.iter().map(|value| HeaderValue::from_bytes(value).expect("a header value"));
        values
            .map(|value| (axum::http::HeaderName::from_static("x-hub-signature-256"), value))
            .collect()
    }

    /// The example of GitHub's page "Validating webhook deliveries".
    const DOCUMENTED: &str =
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    #[test]
    fn the_documented_example_fits_and_nothing_near_it() {
        let signature = Signature::read(&headers(&[DOCUMENTED.as_bytes()])).expect("well formed");
        assert!(signature.fits(b"It's a Secret to Everybody", b"Hello, World!"));
        assert!(!signature.fits(b"It's a Secret to Everybody", b"Hello, World"));
        assert!(!signature.fits(b"it's a Secret to Everybody", b"Hello, World!"));
        assert!(!signature.fits(b"", b""));
    }

    #[test]
    fn anything_else_is_no_signature() {
        let digits = &DOCUMENTED["sha256=".len()..];
        let malformed: [&[u8]; 8] = [
            b"",
            b"sha256=",
            b"sha1=757107ea0eb2509fc211221cce984b8a37570b6d",
            &format!("SHA256={digits}").into_bytes(),
            digits.as_bytes(),
            &DOCUMENTED.as_bytes()[..DOCUMENTED.len() - 1],
            &format!("{DOCUMENTED}0").into_bytes(),
            b"sha256=\xc3\xa9\xc3\xa9",
        ];
        for value in malformed {
            assert_eq!(
                Signature::read(&headers(&[value])).expect_err("refused"),
                Unsigned::Malformed
            );
        }
        let twice = headers(&[DOCUMENTED.as_bytes(), DOCUMENTED.as_bytes()]);
        assert_eq!(Signature::read(&twice).expect_err("refused"), Unsigned::Malformed);
        assert_eq!(Signature::read(&headers(&[])).expect_err("refused"), Unsigned::Missing);
    }
}
