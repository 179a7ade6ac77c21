//! An App's private key and the web tokens that are signed with it.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use serde_json::{Value, json};
use tokio::process::Command;

/// A key made for one test.
pub(crate) struct AppKey {
    pub(crate) private_pem: String,
    pair: KeyPair,
}

impl AppKey {
    /// Makes a key with openssl, as the form that GitHub hands out or as PKCS#8.
    pub(crate) async fn generate() -> Self {
        let private_pem = openssl(&["genrsa", "2048"], "").await;
        let body: String = private_pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = BASE64_STANDARD.decode(body).unwrap();
        let pair = KeyPair::from_pkcs8(&der).or_else(|_| KeyPair::from_der(&der)).unwrap();
        Self { private_pem, pair }
    }

    /// Returns the public half.
    pub(crate) async fn public_pem(&self) -> String {
        openssl(&["rsa", "-pubout"], &self.private_pem).await
    }

    /// Makes a token of an App that lives so many seconds from now.
    pub(crate) fn token(&self, app: u64, life: i64) -> String {
        let now = SystemTime::now_seconds();
        self.sign(&json!({ "iss": app, "iat": now - 60, "exp": now + life }))
    }

    /// Signs any claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "RS256", "typ": "JWT" })), part(claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The machine's clock, which the forge of a test reads as well.
struct SystemTime;

impl SystemTime {
    #[expect(clippy::disallowed_methods, reason = "the forge under test has the machine's clock")]
    fn now_seconds() -> i64 {
        Timestamp::now().as_second()
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' one use of openssl")]
async fn openssl(arguments: &[&str], input: &str) -> String {
    use tokio::io::AsyncWriteExt as _;
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success(), "openssl {arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}
