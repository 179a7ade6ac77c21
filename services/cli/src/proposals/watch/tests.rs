//! A stream whose connection is cut, told by a server that speaks as much HTTP/2 as that needs.

use clap::Parser as _;
use prost::Message as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::args::Arguments;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// What a frame on the first stream, or on the connection, looks like.
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [length[1], length[2], length[3], kind, flags, 0, 0, 0, stream];
    [&head, payload].concat()
}

/// Reads one request to its end; gives its content.
async fn request(peer: &mut TcpStream) -> Vec<u8> {
    const PREFACE: usize = 24;
    peer.read_exact(&mut [0; PREFACE]).await.unwrap();
    peer.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    let mut content = Vec::new();
    loop {
        let mut head = [0; 9];
        peer.read_exact(&mut head).await.unwrap();
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        peer.read_exact(&mut payload).await.unwrap();
        if head[3] == DATA {
            content.extend(payload);
        }
        if matches!(head[3], DATA | HEADERS) && head[4] & END_STREAM != 0 {
            return content;
        }
    }
}

/// Answers with one event and leaves the stream open.
async fn tell(peer: &mut TcpStream, event_id: &str) {
    // `:status: 200`, then `content-type`, both from HPACK's static table.
    let headers = [&[0x88, 0x0f, 0x10, 16], b"application/grpc".as_slice()].concat();
    let event = ProposalEvent { id: event_id.into(), ..ProposalEvent::default() };
    let told = WatchProposalResponse { event: Some(event), ..WatchProposalResponse::default() };
    let message = told.encode_to_vec();
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let message = [[0].as_slice(), &length, &message].concat();
    peer.write_all(&frame(HEADERS, END_HEADERS, 1, &headers)).await.unwrap();
    peer.write_all(&frame(DATA, 0, 1, &message)).await.unwrap();
}

fn cores(address: &str) -> Cores {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "a token").unwrap();
    let line = ["pullwright", "--proposal", address, "--token-file", file.to_str().unwrap()];
    let arguments = Arguments::parse_from(line.into_iter().chain(["doctor"]));
    Cores::open(&arguments.connection).unwrap()
}

#[tokio::test]
async fn a_stream_whose_connection_is_cut_goes_on_after_the_last_event() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let service = tokio::spawn(async move {
        let (mut peer, _) = listener.accept().await.unwrap();
        request(&mut peer).await;
        tell(&mut peer, "the-first").await;
        drop(peer);
        let (mut peer, _) = listener.accept().await.unwrap();
        let again = request(&mut peer).await;
        tell(&mut peer, "the-second").await;
        (peer, again)
    });
    let mut followed = Followed::new(cores(&address), "id".into(), String::new());
    for id in ["the-first", "the-second"] {
        let told = followed.next().await.unwrap().unwrap();
        assert_eq!(told.event.unwrap().id, id);
    }
    let (_peer, again) = service.await.unwrap();
    assert!(again.windows(9).any(|part| part == b"the-first"), "{again:?}");
}

#[test]
fn an_event_is_one_line_whoever_wrote_it() {
    let event = ProposalEvent {
        message: "rejected: no\n2026-01-01T00:00:00Z  github merged".into(),
        ..ProposalEvent::default()
    };
    assert_eq!(event_line(&event).lines().count(), 1);
}
