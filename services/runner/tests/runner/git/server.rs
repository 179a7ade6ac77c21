//! Git's smart HTTP, and the ways in which it can go wrong. What it was asked is written down.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, Response, StatusCode, Uri, header},
};
use tokio::{io::AsyncWriteExt, net::TcpListener};

/// What the server does with requests whose target contains a text.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Answers with this status.
    Status(u16),
    /// Sends to this address.
    Redirect(String),
    /// Answers with a web page.
    WebPage,
    /// Answers these bytes as if they were git's protocol.
    Bytes(Vec<u8>),
    /// Says nothing.
    Hang,
    /// Carries it out and answers with half of nothing.
    CutAfterwards,
    /// Answers with this many bytes of side band before the real answer.
    SideBand(usize),
}

/// A request that was made.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Method, path and query.
    pub(crate) target: String,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// Bytes of the body.
    pub(crate) size: usize,
}

#[derive(Clone)]
struct Shared {
    root: PathBuf,
    fault: Arc<Mutex<Option<(String, Fault)>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// The server; it ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Shared,
}

impl Server {
    /// Serves the bare repositories under `root`.
    pub(crate) async fn start(root: PathBuf) -> Self {
        let shared = Shared { root, fault: Arc::default(), seen: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(serve).with_state(shared.clone());
        let app = app.layer(axum::extract::DefaultBodyLimit::max(256 << 20));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, shared }
    }

    /// From now on requests whose target contains `part` go wrong.
    pub(crate) fn break_requests(&self, part: &str, fault: Fault) {
        *self.shared.fault.lock().unwrap() = Some((part.to_owned(), fault));
    }

    /// Everything works again.
    pub(crate) fn mend(&self) {
        *self.shared.fault.lock().unwrap() = None;
    }

    /// What was asked since the last time.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.shared.seen.lock().unwrap())
    }
}

type Answer = Response<axum::body::Body>;

fn answer(status: u16, kind: &str, body: impl Into<axum::body::Body>) -> Answer {
    Response::builder().status(status).header("content-type", kind).body(body.into()).unwrap()
}

async fn serve(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let target = format!("{method} {uri}");
    shared.seen.lock().unwrap().push(Seen {
        target: target.clone(),
        headers: headers.clone(),
        size: body.len(),
    });
    let fault = shared.fault.lock().unwrap().clone();
    match fault.filter(|(part, _)| target.contains(part)).map(|(_, fault)| fault) {
        None => backend(&shared, &method, &uri, &headers, &body).await,
        Some(Fault::Status(status)) => {
            let mut refusal = answer(status, "text/plain", "no");
            let challenge = "Basic realm=\"x\"".parse().unwrap();
            refusal.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            refusal
        }
        Some(Fault::Redirect(to)) => {
            let mut redirect = answer(302, "text/plain", "");
            redirect.headers_mut().insert(header::LOCATION, format!("{to}{uri}").parse().unwrap());
            redirect
        }
        Some(Fault::WebPage) => answer(200, "text/html", "<html>please log in</html>"),
        Some(Fault::Bytes(bytes)) => answer(200, "application/x-git-upload-pack-result", bytes),
        Some(Fault::Hang) => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            answer(500, "text/plain", "")
        }
        Some(Fault::CutAfterwards) => {
            let whole = backend(&shared, &method, &uri, &headers, &body).await;
            let (parts, _) = whole.into_parts();
            let cut = futures::stream::iter([
                Ok(Bytes::from_static(b"00")),
                Err(std::io::Error::other("cut")),
            ]);
            Response::from_parts(parts, axum::body::Body::from_stream(cut))
        }
        Some(Fault::SideBand(size)) => {
            let whole = backend(&shared, &method, &uri, &headers, &body).await;
            let (parts, rest) = whole.into_parts();
            let line = format!("{:04x}\u{2}{}", 65_005, "x".repeat(65_000));
            let flood = (0..size / line.len())
                .map(move |_| Ok::<_, axum::Error>(Bytes::from(line.clone())));
            let both =
                futures::StreamExt::chain(futures::stream::iter(flood), rest.into_data_stream());
            Response::from_parts(parts, axum::body::Body::from_stream(both))
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the other side's git, not ours")]
async fn backend(
    shared: &Shared,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> Answer {
    let text =
        |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let mut git = tokio::process::Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", &shared.root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", uri.path())
        .env("QUERY_STRING", uri.query().unwrap_or_default())
        .env("REQUEST_METHOD", method.as_str())
        .env("CONTENT_TYPE", text("content-type"))
        .env("CONTENT_LENGTH", body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", text("content-encoding"))
        .env("GIT_PROTOCOL", text("git-protocol"))
        .env("REMOTE_USER", "x")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut stdin = git.stdin.take().unwrap();
    let body = body.clone();
    tokio::spawn(async move {
        let _ = stdin.write_all(&body).await;
    });
    let output = git.wait_with_output().await.unwrap().stdout;
    let end = output.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(0);
    let mut response = Response::builder();
    for line in String::from_utf8_lossy(&output[..end]).lines() {
        let (name, value) = line.split_once(": ").unwrap();
        response = match name {
            "Status" => response.status(StatusCode::from_bytes(&value.as_bytes()[..3]).unwrap()),
            _ => response.header(name, value),
        };
    }
    response.body(output[end + 4..].to_vec().into()).unwrap()
}
