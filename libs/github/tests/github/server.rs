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
    /// Reads the request and closes without a word.
    Close,
    /// Reads the request and says nothing.
    Hang,
}

/// A server with a turn for each request; the last one lasts.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(turns: Vec<Turn>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut asked = record.lock().unwrap();
                let turn = turns[asked.len().min(turns.len() - 1)].clone();
                asked.push(String::new());
                let at = asked.len() - 1;
                drop(asked);
                tokio::spawn(serve(stream, turn, Arc::clone(&record), at));
            }
        });
        Self { address, asked }
    }

    /// The requests so far, head and body.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// A client's view of a repository here.
    pub(crate) fn caller(&self) -> Caller {
        Caller::new(&format!("http://{}", self.address))
    }
}

async fn serve(mut stream: TcpStream, turn: Turn, record: Arc<Mutex<Vec<String>>>, at: usize) {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(read) => request.extend_from_slice(&chunk[..read]),
        }
    }
    record.lock().unwrap()[at] = String::from_utf8_lossy(&request).into_owned();
    match turn {
        Turn::Send(answer) => {
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
        Turn::Close => {}
        Turn::Hang => tokio::time::sleep(Duration::from_secs(600)).await,
    }
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
