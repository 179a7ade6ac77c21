//! The public half of an RSA key out of PEM, in whichever of the usual forms it is given.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::rsa::KeyPair;
use ring::signature::KeyPair as _;

/// Why a key cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// It is no PEM with base64 in it.
    #[error("not PEM")]
    NotPem,
    /// It is PEM of something else.
    #[error("{0:?} is no RSA key in PEM")]
    Label(String),
    /// Its DER is not what its label says, or it is shorter than 2048 bits.
    #[error("not an RSA key of 2048 bits or more")]
    NotRsa,
}

/// Returns the public key in DER, PKCS#1.
pub(crate) fn public_key(pem: &str) -> Result<Vec<u8>, KeyError> {
    let (label, der) = decode(pem)?;
    match label.as_str() {
        "RSA PUBLIC KEY" => Ok(der),
        "PUBLIC KEY" => unwrap(&der).ok_or(KeyError::NotRsa),
        "RSA PRIVATE KEY" => public_half(KeyPair::from_der(&der)),
        "PRIVATE KEY" => public_half(KeyPair::from_pkcs8(&der)),
        _ => Err(KeyError::Label(label)),
    }
}

fn public_half(pair: Result<KeyPair, ring::error::KeyRejected>) -> Result<Vec<u8>, KeyError> {
    Ok(pair.map_err(|_| KeyError::NotRsa)?.public_key().as_ref().to_vec())
}

fn decode(pem: &str) -> Result<(String, Vec<u8>), KeyError> {
    let mut lines = pem.lines().map(str::trim).skip_while(|line| !line.starts_with("-----BEGIN "));
    let label = lines
        .next()
        .and_then(|line| line.strip_prefix("-----BEGIN ")?.strip_suffix("-----"))
        .ok_or(KeyError::NotPem)?;
    let body: String = lines.take_while(|line| !line.starts_with("-----END ")).collect();
    let der = BASE64_STANDARD.decode(body).map_err(|_| KeyError::NotPem)?;
    Ok((label.to_owned(), der))
}

/// Takes the key out of its SubjectPublicKeyInfo: SEQUENCE { algorithm, BIT STRING { 0, key } }.
fn unwrap(der: &[u8]) -> Option<Vec<u8>> {
    let (outer, _) = element(0x30, der)?;
    let (_, rest) = element(0x30, outer)?;
    let (bits, _) = element(0x03, rest)?;
    Some(bits.strip_prefix(&[0])?.to_vec())
}

/// Splits a DER element of a kind into its content and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = der.strip_prefix(&[tag])?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match usize::from(*first) {
        short @ 0..0x80 => (short, rest),
        long => {
            let (bytes, rest) = rest.split_at_checked(long - 0x80)?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(matches!(public_key("nonsense"), Err(KeyError::NotPem)));
        let other = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(matches!(public_key(other), Err(KeyError::Label(_))));
        let empty = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
        assert!(matches!(public_key(empty), Err(KeyError::NotRsa)));
    }
}
