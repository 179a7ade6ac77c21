//! Bodies that are none, too large, or break off.

use pullwright_harness::rest::Answer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{WEBHOOK, judge, refused};
use crate::contract::{
    ask::Ask,
    world::{World, nobody},
};

/// Larger than any body that a call takes.
const TOO_LARGE: usize = 33 * 1024 * 1024;

#[tokio::test]
async fn a_body_that_is_none_is_refused_before_anything_is_looked_up() {
    let world = World::enter().await;
    for (method, path) in world.document.operations() {
        let Some((media_type, _)) = world.document.example(&method, &path) else { continue };
        if path == WEBHOOK {
            continue;
        }
        let invalid = (422, "VALIDATION_ERROR");
        let bodies: [&[u8]; 7] = [
            b"{",
            b"[{}]",
            b"null",
            b"{} {}",
            b"{\"a\": \"\xff\"}",
            b"\"text\"",
            b"\xef\xbb\xbf{}",
        ];
        for body in bodies {
            let ask = Ask::of(nobody()).raw(&media_type, body);
            refused(&world, &method, &path, ask, invalid, &["body"]).await;
        }
        for other in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
            let ask = Ask::of(nobody()).raw(other, b"{}");
            refused(&world, &method, &path, ask, invalid, &["Content-Type", "application/json"])
                .await;
        }
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_by_what_it_announces() {
    let world = World::enter().await;
    for (method, path) in world.document.operations() {
        let Some((media_type, _)) = world.document.example(&method, &path) else { continue };
        let answer = raw(&world, &method, &path, &media_type, TOO_LARGE, b"").await;
        judge(&world, &method, &path, &answer, 413, "PAYLOAD_TOO_LARGE", &["MiB"]);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told_as_such() {
    let world = World::enter().await;
    for (method, path) in world.document.operations() {
        let Some((media_type, _)) = world.document.example(&method, &path) else { continue };
        let answer = raw(&world, &method, &path, &media_type, 20, b"{\"a\"").await;
        judge(&world, &method, &path, &answer, 400, "HTTP_ERROR", &["ended early"]);
    }
}

/// Announces a body of this length, sends this much of it, and sends no more.
async fn raw(
    world: &World,
    method: &str,
    path: &str,
    media_type: &str,
    length: usize,
    sent: &[u8],
) -> Answer {
    let id = nobody();
    let at = path.replace("{id}", &id).replace("{repository_id}", &id);
    let token = &world.stack.credentials.admin;
    let mut stream =
        tokio::net::TcpStream::connect(("127.0.0.1", world.stack.ports.ingress)).await.unwrap();
    let head = format!(
        "{method} {at} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\ncontent-type: {media_type}\r\n\
         x-hub-signature-256: sha256={}\r\ncontent-length: {length}\r\n\r\n",
        "0".repeat(64)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(sent).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    read(&String::from_utf8(answer).unwrap())
}

fn read(answer: &str) -> Answer {
    let (head, text) =
        answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    let headers =
        headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
    let body = serde_json::from_str(text).unwrap_or_default();
    Answer { status, headers, body, text: text.to_owned() }
}
