//! Token-shaped strings, put together at run time: no file holds one.

use serde_json::Value;
use sha2::{Digest, Sha256};

const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64_URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Makes the token of a case of `token.json`, never issued and always the same.
pub(crate) fn make(case: &Value) -> String {
    let id = case["id"].as_str().unwrap();
    let parts = case["input"]["parts"].as_array().unwrap();
    parts
        .iter()
        .map(|part| part.as_str().map_or_else(|| generated(id, part), str::to_owned))
        .collect()
}

fn generated(id: &str, part: &Value) -> String {
    let length = |name: &str| usize::try_from(part[name].as_u64().unwrap()).unwrap();
    match part["t"].as_str().unwrap() {
        "alnum" => random(id, length("n"), BASE62),
        "hex" => random(id, length("n"), b"0123456789abcdef"),
        "b64url" => random(id, length("n"), BASE64_URL),
        "crc62" => checksum(&random(id, length("n"), BASE62)),
        "jwt" => {
            format!(
                "{}.{}.{}",
                encoded(&part["header"]),
                encoded(&part["payload"]),
                random(id, length("sig"), BASE64_URL)
            )
        }
        "nl" => "\n".to_owned(),
        other => panic!("an unknown part {other}"),
    }
}

fn random(id: &str, length: usize, alphabet: &[u8]) -> String {
    (0..)
        .flat_map(|counter| Sha256::digest(format!("corpus:{id}:{counter}")).to_vec())
        .map(|byte| char::from(alphabet[usize::from(byte) % alphabet.len()]))
        .take(length)
        .collect()
}

/// CRC-32 in base 62, six digits, as GitHub's classic tokens end.
fn checksum(text: &str) -> String {
    let mut crc = text.bytes().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    });
    crc = !crc;
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(crc % 62) as usize];
        crc /= 62;
    }
    String::from_utf8(digits.to_vec()).unwrap()
}

fn encoded(value: &Value) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(value.to_string())
}
