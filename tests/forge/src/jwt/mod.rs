//! The tokens with which a GitHub App speaks for itself: JSON web tokens signed with RS256. It does not know which
//! Apps there are.

mod key;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

pub(crate) use key::public_key;

/// GitHub's longest life of a token, seconds.
const LONGEST: i64 = 600;

/// How far the clock of a client may be ahead, seconds; GitHub's own tolerance is not documented.
const SKEW: i64 = 10;

/// Why a token is refused, in GitHub's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JwtError {
    /// It has not the form, the algorithm or the signature that it needs.
    #[error("A JSON web token could not be decoded")]
    Undecodable,
    /// It names no App.
    #[error("'Issuer' claim ('iss') must be an Integer")]
    Issuer,
    /// It has ended, or names no end.
    #[error(
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
    )]
    Expired,
    /// It ends too late.
    #[error("'Expiration time' claim ('exp') is too far in the future")]
    TooLong,
    /// It was made in the future, or does not say when.
    #[error(
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
    )]
    IssuedAt,
}

/// A token whose claims are read and whose signature is not verified yet.
pub(crate) struct Jwt<'a> {
    /// App that it says it comes from.
    pub(crate) issuer: u64,
    claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

/// Says whether a credential looks like a web token rather than like a token of GitHub's own.
pub(crate) fn is_jwt(credential: &str) -> bool {
    credential.starts_with("ey") && credential.split('.').count() == 3
}

impl<'a> Jwt<'a> {
    /// Reads a token.
    pub(crate) fn parse(token: &'a str) -> Result<Self, JwtError> {
        let (signed, signature) = token.rsplit_once('.').ok_or(JwtError::Undecodable)?;
        let (header, claims) = signed.split_once('.').ok_or(JwtError::Undecodable)?;
        let bytes =
            |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Undecodable);
        let json = |part: &str| -> Result<Value, JwtError> {
            serde_json::from_slice(&bytes(part)?).map_err(|_| JwtError::Undecodable)
        };
        if json(header)?["alg"] != "RS256" {
            return Err(JwtError::Undecodable);
        }
        let claims = json(claims)?;
        let issuer = match &claims["iss"] {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let issuer = issuer.ok_or(JwtError::Issuer)?;
        Ok(Self { issuer, claims, signed, signature: bytes(signature)? })
    }

    /// Verifies signature and times against the issuer's key.
    pub(crate) fn verify(&self, public_key: &[u8], now: Timestamp) -> Result<(), JwtError> {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key)
            .verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_| JwtError::Undecodable)?;
        let now = now.as_second();
        let end = self.claims["exp"].as_i64().filter(|end| *end > now).ok_or(JwtError::Expired)?;
        if end > now + LONGEST {
            return Err(JwtError::TooLong);
        }
        let issued = self.claims["iat"].as_i64().filter(|issued| *issued <= now + SKEW);
        issued.map(drop).ok_or(JwtError::IssuedAt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> String {
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(header), part(claims), part("signature"))
    }

    #[test]
    fn only_rs256_is_read() {
        assert_eq!(Jwt::parse(&token(r#"{"alg":"RS256"}"#, r#"{"iss":7}"#)).unwrap().issuer, 7);
        assert_eq!(Jwt::parse(&token(r#"{"alg":"RS256"}"#, r#"{"iss":"7"}"#)).unwrap().issuer, 7);
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS256"}"#, "{}", "x"] {
            let refused = Jwt::parse(&token(header, r#"{"iss":7}"#)).err();
            assert_eq!(refused, Some(JwtError::Undecodable), "{header}");
        }
        let nobody = Jwt::parse(&token(r#"{"alg":"RS256"}"#, "{}")).err();
        assert_eq!(nobody, Some(JwtError::Issuer));
    }

    #[test]
    fn a_token_of_github_is_no_web_token() {
        assert!(!is_jwt(&format!("gh{}_{}", "p", "a".repeat(36))));
        assert!(is_jwt(&token(r#"{"alg":"RS256"}"#, "{}")));
    }
}
