//! An App's own token: a JSON Web Token (RFC 7519) that its private key signs with RS256, as GitHub asks for.
//!
//! Pure: knows no files and no clock.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use pullwright_settings::SecretString;
use ring::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject as _};

/// How far it reaches back, for a host whose clock is behind; GitHub's advice.
const BACK: SignedDuration = SignedDuration::from_secs(60);
/// How long it works; GitHub takes at most ten minutes, by its own clock.
const LASTS: SignedDuration = SignedDuration::from_mins(9);

/// A token and when it stops working.
pub struct AppToken {
    /// The token.
    pub token: SecretString,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Why a private key cannot sign; reads on from the secret's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is not a private key in PEM.
    #[error("holds no private key in PEM")]
    NotAKey,
    /// It is a key of another kind, too short, or broken.
    #[error("is not an RSA key of 2048 bits or more, in PKCS#1 or PKCS#8")]
    NotRsa,
}

/// Signs a token for the App that GitHub knows by `github_id`.
///
/// # Errors
/// The key cannot sign; no part of it is told.
pub fn sign(pem: &str, github_id: i64, now: Timestamp) -> Result<AppToken, KeyError> {
    let key = match PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyError::NotAKey)? {
        PrivateKeyDer::Pkcs1(key) => KeyPair::from_der(key.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(key) => KeyPair::from_pkcs8(key.secret_pkcs8_der()),
        _ => return Err(KeyError::NotRsa),
    }
    .map_err(|_| KeyError::NotRsa)?;
    // Times are whole seconds there.
    let now = now - SignedDuration::from_nanos(now.subsec_nanosecond().into());
    let expires_at = now + LASTS;
    let claims = serde_json::json!({
        "iat": (now - BACK).as_second(),
        "exp": expires_at.as_second(),
        "iss": github_id.to_string(),
    });
    let signed =
        format!("{}.{}", encode(br#"{"alg":"RS256","typ":"JWT"}"#), encode(claims.to_string()));
    let mut signature = vec![0; key.public_key().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
        .map_err(|_| KeyError::NotRsa)?;
    let token = SecretString::from(format!("{signed}.{}", encode(&signature)));
    Ok(AppToken { token, expires_at })
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
