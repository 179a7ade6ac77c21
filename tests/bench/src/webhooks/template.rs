//! A delivery whose body is all but its end the same each time: what it costs to sign and to send is the end.

use bytes::{Buf, Bytes};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value};
use sha2::Sha256;

/// A delivery to be.
pub(super) struct Template {
    event: String,
    start: Bytes,
    /// The code of everything before the end.
    mac: Hmac<Sha256>,
}

/// A signed request, ready to be sent.
pub(super) struct Request {
    head: Bytes,
    start: Bytes,
    end: Bytes,
}

impl Template {
    /// A delivery with these members, whose last ones are still to come.
    pub(super) fn new(
        event: &str,
        members: &Map<String, Value>,
        secret: &str,
    ) -> anyhow::Result<Self> {
        let mut start = serde_json::to_string(members)?;
        start.pop();
        if !members.is_empty() {
            start.push(',');
        }
        Ok(Self::starting(event, start, secret))
    }

    /// A delivery that starts with this text.
    pub(super) fn starting(event: &str, start: String, secret: &str) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
            .expect("HMAC takes keys of every length (RFC 2104)");
        mac.update(start.as_bytes());
        Self { event: event.to_owned(), start: start.into(), mac }
    }

    /// The request that ends the body with `end`.
    pub(super) fn request(&self, guid: &str, target_id: u64, end: String) -> Request {
        let mut mac = self.mac.clone();
        mac.update(end.as_bytes());
        let head = format!(
            "POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nUser-Agent: GitHub-Hookshot/bench\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nX-GitHub-Delivery: {guid}\r\nX-GitHub-Event: {}\r\n\
             X-GitHub-Hook-ID: 1\r\nX-GitHub-Hook-Installation-Target-ID: {target_id}\r\n\
             X-GitHub-Hook-Installation-Target-Type: repository\r\nX-Hub-Signature-256: sha256={}\r\n\r\n",
            self.start.len() + end.len(),
            self.event,
            hex::encode(mac.finalize().into_bytes()),
        );
        Request { head: head.into(), start: self.start.clone(), end: end.into() }
    }
}

impl Request {
    /// All bytes, without a copy.
    pub(super) fn bytes(self) -> impl Buf {
        self.head.chain(self.start).chain(self.end)
    }

    /// How long the body is.
    pub(super) fn body_len(&self) -> usize {
        self.start.len() + self.end.len()
    }

    /// The body.
    pub(super) fn body(&self) -> Vec<u8> {
        [self.start.as_ref(), self.end.as_ref()].concat()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_signature_is_that_of_the_whole_body() {
        let members = json!({"action": "closed", "repository": {"full_name": "acme/x"}});
        let members = members.as_object().unwrap();
        let request = Template::new("issues", members, "secret").unwrap().request(
            "g",
            1,
            "\"sender\":{\"id\":7}}".to_owned(),
        );
        let body = request.body();
        let parsed: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&parsed["action"], &parsed["sender"]["id"]), (&json!("closed"), &json!(7)));
        let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
        mac.update(&body);
        let head = String::from_utf8(request.head.to_vec()).unwrap();
        assert!(head.contains(&hex::encode(mac.finalize().into_bytes())));
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())));
    }
}
