//! Servers that answer what they are told, byte by byte, and write down what they were asked.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use pullwright_github::{Client, Repository, TimeLimits};
use pullwright_types::{Host, ManualClock, RepositoryName};
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What a server does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Turn {
    /// Sends these bytes and closes.
    Send(String),
    /// Sends these bytes and waits for the next request.
    Keep(String),
    /// Reads the request and closes without a word.
    Close,
    /// The same, a second later.
    CloseLate,
    /// Reads the request and resets the connection.
    Reset,
    /// Reads the request and says nothing.
    Hang,
}

impl Turn {
    /// The same answer with the connection left open.
    pub(crate) fn kept_open(self) -> Self {
        if let Self::Send(answer) = self { Self::Keep(answer) } else { self }
    }
}

/// A server with a turn for each request; the last one lasts.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    record: Arc<Mutex<Record>>,
}

#[derive(Default)]
struct Record {
    connections: usize,
    asked: Vec<String>,
}

impl Server {
    pub(crate) async fn start(turns: Vec<Turn>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let record = Arc::new(Mutex::new(Record::default()));
        let kept = Arc::clone(&record);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                kept.lock().unwrap().connections += 1;
                tokio::spawn(serve(stream, turns.clone(), Arc::clone(&kept)));
            }
        });
        Self { address, record }
    }

    /// The requests so far, head and body; one that broke off as far as it came.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.record.lock().unwrap().asked.clone()
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.record.lock().unwrap().connections
    }

    /// A client's view of a repository here.
    pub(crate) fn caller(&self) -> Caller {
        Caller::new(&format!("http://{}", self.address))
    }
}

async fn serve(mut stream: TcpStream, turns: Vec<Turn>, record: Arc<Mutex<Record>>) {
    loop {
        let request = read(&mut stream).await;
        if request.is_empty() {
            return;
        }
        let turn = {
            let asked = &mut record.lock().unwrap().asked;
            asked.push(String::from_utf8_lossy(&request).into_owned());
            turns[(asked.len() - 1).min(turns.len() - 1)].clone()
        };
        match turn {
            Turn::Keep(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
            Turn::Send(answer) => {
                // A client that has read enough may have gone.
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
                return;
            }
            Turn::Close => return,
            Turn::CloseLate => return tokio::time::sleep(Duration::from_secs(1)).await,
            Turn::Reset => return stream.set_zero_linger().unwrap(),
            Turn::Hang => std::future::pending().await,
        }
    }
}

/// A whole request, or what came of it before the connection ended.
async fn read(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(read) => request.extend_from_slice(&chunk[..read]),
        }
    }
    request
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.trim().parse().unwrap())
}

/// An answer with a JSON body.
pub(crate) fn json(status: &str, headers: &str, body: &str) -> Turn {
    let length = body.len();
    Turn::Send(format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    ))
}

/// All that a call needs.
pub(crate) struct Caller {
    pub(crate) client: Client,
    pub(crate) host: Host,
    pub(crate) name: RepositoryName,
    pub(crate) token: SecretString,
}

/// The text of the credential; built at run time.
pub(crate) fn credential() -> String {
    format!("gh{}_{}", "s", "T".repeat(40))
}

impl Caller {
    pub(crate) fn new(web: &str) -> Self {
        let limits = TimeLimits {
            connect: Duration::from_millis(700),
            request: Duration::from_millis(1_500),
        };
        let clock = ManualClock::new("2024-01-02T03:04:05Z".parse().unwrap());
        Self {
            client: Client::new("pullwright-tests", limits, Arc::new(clock)).unwrap(),
            host: Host { web: web.to_owned(), api: format!("{web}/api/v3"), git: web.to_owned() },
            name: RepositoryName::new("acme", "search-config").unwrap(),
            token: credential().into(),
        }
    }

    pub(crate) fn repository(&self) -> Repository<'_> {
        self.client.repository(&self.host, &self.name, &self.token)
    }
}
