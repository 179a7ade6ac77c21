//! `git http-backend` as a CGI child, streamed both ways, killed with its whole process group when the client
//! goes away. It does not know who asks; that was decided before.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use futures::future::BoxFuture;
use http::{HeaderMap, Method, header};
use process_wrap::tokio::{ChildWrapper, CommandWrap, ProcessGroup};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;

use super::{Git, GitError, cgi};

/// Number of the signal that asks a process to end, the same on every Unix.
const SIGTERM: i32 = 15;

/// How long git may take to tidy up after that.
const GRACE: Duration = Duration::from_secs(3);

/// What http-backend is told of the request.
pub(crate) struct GitRequest {
    /// Folder of the bare repository; its parent is the project root.
    pub(crate) repository: PathBuf,
    /// Rest of the path, such as `info/refs`.
    pub(crate) service_path: String,
    /// Query string.
    pub(crate) query: String,
    /// Method.
    pub(crate) method: Method,
    /// Headers.
    pub(crate) headers: HeaderMap,
    /// Login of who asks, empty for nobody.
    pub(crate) user: String,
}

/// Runs http-backend and answers as soon as its head is read; `at_end` runs after the child has ended and before
/// the last byte of the answer, so that whoever has the whole answer sees its consequences too.
pub(crate) async fn serve(
    git: &Git,
    request: GitRequest,
    body: Body,
    at_end: BoxFuture<'static, ()>,
) -> Result<Response, GitError> {
    let run = |source| GitError::Run { step: "http-backend".to_owned(), source };
    let mut child = spawn(git, &request).map_err(run)?;
    let (stdin, stdout) = (child.stdin().take(), child.stdout().take());
    let (Some(stdin), Some(stdout)) = (stdin, stdout) else {
        return Err(GitError::Unexpected { step: "http-backend".to_owned() });
    };
    if let Some(stderr) = child.stderr().take() {
        tokio::spawn(log_stderr(stderr));
    }
    let (head_sender, head) = oneshot::channel();
    let (chunk_sender, chunks) = mpsc::channel(16);
    tokio::spawn(async move {
        let mut child = Group { child, ended: false };
        let feeding = tokio::spawn(feed(body.into_data_stream(), stdin));
        let stopping = feeding.abort_handle();
        let whole = tokio::select! {
            () = drain(stdout, head_sender, &chunk_sender) => true,
            () = broken(feeding) => false,
        };
        if whole && !chunk_sender.is_closed() {
            child.wait().await;
        } else {
            // Nobody reads the answer any more, or nobody finishes the question.
            child.terminate().await;
        }
        stopping.abort();
        at_end.await;
        drop(chunk_sender);
    });
    let head: cgi::Head =
        head.await.map_err(|_| GitError::Unexpected { step: "http-backend".to_owned() })?;
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(chunks)));
    *response.status_mut() = head.status;
    *response.headers_mut() = head.headers;
    Ok(response)
}

/// A child whose process group dies with this value, unless it has ended before.
struct Group {
    child: Box<dyn ChildWrapper>,
    ended: bool,
}

impl Group {
    /// Ends the group in time to remove its lock files, which a kill would leave behind for the next push.
    async fn terminate(&mut self) {
        if let Err(error) = self.child.signal(SIGTERM) {
            tracing::debug!(%error, "git http-backend had ended already");
        }
        if tokio::time::timeout(GRACE, self.wait()).await.is_err() {
            self.kill();
            self.wait().await;
        }
    }

    fn kill(&mut self) {
        if let Err(error) = self.child.start_kill() {
            tracing::debug!(%error, "git http-backend had ended already");
        }
    }

    async fn wait(&mut self) {
        match self.child.wait().await {
            Ok(_) => self.ended = true,
            Err(error) => tracing::warn!(%error, "git http-backend could not be waited for"),
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // The group of a reaped child may be somebody else's by now.
        if !self.ended {
            self.kill();
        }
    }
}

fn spawn(git: &Git, request: &GitRequest) -> std::io::Result<Box<dyn ChildWrapper>> {
    let root = request.repository.parent().unwrap_or(Path::new("/"));
    let folder = request.repository.file_name().unwrap_or_default().to_string_lossy();
    let mut command = git.command(root);
    command
        .arg("http-backend")
        .stdin(Stdio::piped())
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", format!("/{folder}/{}", request.service_path))
        .env("QUERY_STRING", &request.query)
        .env("REQUEST_METHOD", request.method.as_str())
        .env("REMOTE_ADDR", "127.0.0.1");
    if !request.user.is_empty() {
        command.env("REMOTE_USER", &request.user);
    }
    for (name, variable) in [
        (header::CONTENT_TYPE, "CONTENT_TYPE"),
        // Absent for a chunked body: http-backend then reads to the end of its input.
        (header::CONTENT_LENGTH, "CONTENT_LENGTH"),
        (header::CONTENT_ENCODING, "HTTP_CONTENT_ENCODING"),
        (header::HeaderName::from_static("git-protocol"), "GIT_PROTOCOL"),
    ] {
        if let Some(value) = request.headers.get(&name).and_then(|value| value.to_str().ok()) {
            command.env(variable, value);
        }
    }
    let mut command = CommandWrap::from(command);
    command.wrap(ProcessGroup::leader());
    command.spawn()
}

/// Copies the request's body to the child, until the child wants no more; says whether the body broke off.
async fn feed(mut body: BodyDataStream, mut stdin: ChildStdin) -> bool {
    while let Some(chunk) = body.next().await {
        let Ok(chunk) = chunk else { return true };
        if stdin.write_all(&chunk).await.is_err() {
            return false;
        }
    }
    if let Err(error) = stdin.shutdown().await {
        tracing::debug!(%error, "git http-backend closed its input first");
    }
    false
}

/// Waits until the body breaks off, for ever if it does not: http-backend would read an early end again and again.
async fn broken(feeding: JoinHandle<bool>) {
    if !matches!(feeding.await, Ok(true)) {
        std::future::pending().await
    }
}

/// Reads the child's output to its end, or until nobody wants it: first the head, then the body in chunks.
async fn drain(
    mut stdout: ChildStdout,
    head_sender: oneshot::Sender<cgi::Head>,
    chunks: &mpsc::Sender<Result<Bytes, std::io::Error>>,
) {
    let mut head_sender = Some(head_sender);
    let mut buffer = BytesMut::with_capacity(64 * 1024);
    loop {
        let read = tokio::select! {
            read = stdout.read_buf(&mut buffer) => read,
            () = chunks.closed() => return,
        };
        match read {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        if let Some(sender) = head_sender.take() {
            match cgi::parse(&buffer) {
                None => {
                    head_sender = Some(sender);
                    continue;
                }
                Some(head) => {
                    let _ = buffer.split_to(head.length);
                    if sender.send(head).is_err() {
                        return;
                    }
                }
            }
        }
        if !buffer.is_empty() && chunks.send(Ok(buffer.split().freeze())).await.is_err() {
            return;
        }
        buffer.reserve(64 * 1024);
    }
}

async fn log_stderr(mut stderr: tokio::process::ChildStderr) {
    let mut text = Vec::new();
    if stderr.read_to_end(&mut text).await.is_ok() && !text.is_empty() {
        tracing::debug!(stderr = %String::from_utf8_lossy(&text).trim(), "git http-backend wrote to standard error");
    }
}
