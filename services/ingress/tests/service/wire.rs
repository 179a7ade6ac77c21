//! HTTP byte by byte, for what no client library would send.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The head and what came of the body.
#[derive(Debug, Clone)]
pub struct Raw {
    pub status: u16,
    #[expect(dead_code, reason = "shown when a test fails")]
    pub text: String,
}

const PATIENCE: Duration = Duration::from_secs(30);

/// Sends these bytes on a connection of their own; none when it was closed without an answer.
pub async fn exchange(address: SocketAddr, request: &[u8]) -> Option<Raw> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let write = async {
        // The other side may answer and close before it has read everything.
        let _ = writer.write_all(request).await;
        std::future::pending::<()>().await;
    };
    let answer = tokio::time::timeout(PATIENCE, async {
        tokio::select! {
            () = write => None,
            answer = read(&mut reader, request.starts_with(b"HEAD ")) => answer,
        }
    });
    answer.await.expect("an answer or a closed connection")
}

async fn read(reader: &mut (impl tokio::io::AsyncRead + Unpin), has_no_body: bool) -> Option<Raw> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length:")
                    .map(|n| n.trim().parse::<usize>().unwrap())
            });
            if has_no_body || body.len() >= length.unwrap_or(0) {
                let status = head.split(' ').nth(1)?.parse().ok()?;
                return Some(Raw { status, text: body.to_owned() });
            }
        }
        if reader.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
