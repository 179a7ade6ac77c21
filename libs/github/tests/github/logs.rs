//! What a call leaves in the log.

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
};

use tracing::level_filters::LevelFilter;

use super::{
    answers::new_pull,
    server::{Server, credential, json},
};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All that this process logs, at every level and of every crate. One subscriber for all threads: with one per test, another
/// test's thread may have settled already that nobody listens.
static LOGGED: LazyLock<Lines> = LazyLock::new(|| {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    lines
});

/// What is logged until a pull request was created and refused, other tests' calls among it.
async fn logged(headers: &str) -> String {
    let lines = LOGGED.clone();
    let server = Server::start(vec![json("403 Forbidden", headers, "{}")]).await;
    let _ = server.caller().repository().pulls().create(&new_pull()).await;
    assert!(server.asked()[0].contains(&credential()), "the credential was sent");
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn a_line_tells_of_each_answer_and_none_of_the_credential() {
    let logged =
        logged("x-github-request-id: 0A1B:2C3D:4\r\nx-ratelimit-remaining: 4711\r\n").await;
    let line = logged
        .lines()
        .find(|line| line.contains("github answered") && line.contains("0A1B:2C3D:4"))
        .unwrap();
    for part in [
        "DEBUG github.create_pull: ",
        "method=POST",
        "route=\"/repos/{owner}/{repo}/pulls\"",
        "status=403",
        "duration_ms=",
        "github.request_id=\"0A1B:2C3D:4\"",
        "github.ratelimit_remaining=4711",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert!(!logged.contains(&credential()));
}

#[tokio::test]
async fn an_answers_header_carries_nothing_else_into_the_log() {
    let logged = logged(&format!("x-github-request-id: {}\r\n", credential())).await;
    assert!(logged.contains("github answered"));
    assert!(!logged.contains(&credential()), "{logged}");
}
