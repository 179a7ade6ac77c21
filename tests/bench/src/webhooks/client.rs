//! One kept connection that sends requests as GitHub does: HTTP/1.1, one after the other, as little work as can be.

use std::net::SocketAddr;

use anyhow::{Context as _, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::template::Request;

/// Longest answer that is read.
const LONGEST_ANSWER: usize = 64 * 1024;

/// A connection to the ingress.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// How a delivery was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// What was done; what the answer says instead when it is no 200.
    pub(super) action: String,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await.context("connect to the ingress")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request and waits for the whole answer.
    pub(super) async fn send(&mut self, request: Request) -> anyhow::Result<Answer> {
        self.stream.write_all_buf(&mut request.bytes()).await.context("send a delivery")?;
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.context("read an answer")?;
            ensure!(read > 0, "the ingress closed the connection");
            if let Some(answer) = whole(&self.buffer)? {
                return Ok(answer);
            }
            if self.buffer.len() > LONGEST_ANSWER {
                bail!("an answer without an end");
            }
        }
    }
}

/// The answer, once all of it is there.
fn whole(bytes: &[u8]) -> anyhow::Result<Option<Answer>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..end]).context("read an answer's head")?;
    let status = head.get(9..12).and_then(|status| status.parse().ok()).context("no status")?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>())?.ok()
    });
    let body = &bytes[end + 4..];
    if body.len() < length.context("an answer without a length")? {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(body);
    let action = text.split("\"action\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let action = action.filter(|_| status == 200).unwrap_or(&text).to_owned();
    Ok(Some(Answer { status, action }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_body_is() {
        let text = "HTTP/1.1 200 OK\r\ncontent-length: 34\r\n\r\n{\"status\":\"ok\",\"action\":\"applied\"}";
        assert_eq!(whole(&text.as_bytes()[..text.len() - 1]).unwrap(), None);
        let answer = whole(text.as_bytes()).unwrap().unwrap();
        assert_eq!((answer.status, answer.action.as_str()), (200, "applied"));
        let refused = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno";
        let refused = whole(refused.as_bytes()).unwrap().unwrap();
        assert_eq!((refused.status, refused.action.as_str()), (503, "no"));
    }
}
