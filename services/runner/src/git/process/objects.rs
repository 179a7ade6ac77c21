//! Reading objects that are here: one `cat-file` that is asked for one object after the other.

use std::path::Path;

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{ChildStdin, ChildStdout},
    task::JoinHandle,
    time::{Instant, timeout_at},
};

use super::ProcessEngine;
use crate::git::{
    GitError, Oid, Result,
    command::{Child, Command},
    transcript::read_both_ends,
};

const STEP: &str = "cat-file";

/// Largest tree or commit that is read, bytes; GitHub's largest folders are far below.
const LARGEST_TREE: usize = 64 << 20;

/// A reader of local objects; ended when dropped.
pub(super) struct Objects<'e> {
    engine: &'e ProcessEngine,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    stderr: Option<JoinHandle<std::io::Result<String>>>,
    deadline: Instant,
}

/// An object.
pub(super) struct Object {
    /// Its id.
    pub(super) oid: Oid,
    /// `commit`, `tree`, `blob` or `tag`.
    pub(super) kind: String,
    /// Its content.
    pub(super) bytes: Vec<u8>,
}

/// What asking for a blob gave.
pub(super) enum Found {
    /// It is here.
    Blob(Vec<u8>),
    /// It has to be fetched; the reader may have ended.
    Missing,
    /// It is here, and larger than it may be.
    TooLarge,
}

impl<'e> Objects<'e> {
    /// Starts reading in a repository.
    pub(super) fn open(engine: &'e ProcessEngine, git_dir: &Path) -> Result<Self> {
        let limit = engine.launcher.settings().limits.local;
        let mut child = engine.launcher.start(&Command {
            step: STEP,
            args: vec!["cat-file", "--batch"],
            git_dir,
            remote: None,
            input: Some(Vec::new()),
            limit,
            most_output: 0,
        })?;
        let (stdin, stdout, stderr) = child.pipes();
        Ok(Self {
            engine,
            child,
            stdin,
            stdout: BufReader::new(stdout),
            stderr: Some(tokio::spawn(read_both_ends(stderr))),
            deadline: Instant::now() + limit,
        })
    }

    /// The commit that a ref or an id names, and its root tree's id.
    pub(super) async fn commit(&mut self, name: &str) -> Result<(Oid, Oid)> {
        let object = self.require(name, "commit").await?;
        let text = String::from_utf8_lossy(&object.bytes);
        let tree = text.lines().next().and_then(|line| line.strip_prefix("tree "));
        match tree.map(Oid::parse) {
            Some(Ok(tree)) => Ok((object.oid, tree)),
            _ => Err(failed(format!("{name} is a commit without a tree"))),
        }
    }

    /// The content of a tree.
    pub(super) async fn tree(&mut self, oid: &Oid) -> Result<Vec<u8>> {
        Ok(self.require(oid.as_str(), "tree").await?.bytes)
    }

    /// The content of a blob of at most `largest` bytes.
    pub(super) async fn blob(&mut self, oid: &Oid, largest: usize) -> Result<Found> {
        // A git without GIT_NO_LAZY_FETCH tries to fetch what is missing, cannot, and ends.
        match self.ask(oid.as_str(), largest).await? {
            Answer::Object(object) if object.kind == "blob" => Ok(Found::Blob(object.bytes)),
            Answer::Object(object) => Err(failed(format!("{oid} is a {}", object.kind))),
            Answer::TooLarge => Ok(Found::TooLarge),
            Answer::Missing | Answer::Ended => Ok(Found::Missing),
        }
    }

    async fn require(&mut self, name: &str, kind: &'static str) -> Result<Object> {
        match self.ask(name, LARGEST_TREE).await? {
            Answer::Object(object) if object.kind == kind => Ok(object),
            Answer::Object(object) => {
                Err(failed(format!("{name} is a {}, no {kind}", object.kind)))
            }
            Answer::TooLarge => Err(failed(format!("{name} is larger than {LARGEST_TREE} bytes"))),
            Answer::Missing => Err(failed(format!("{name} is missing"))),
            Answer::Ended => Err(self.last_words(name).await),
        }
    }

    async fn ask(&mut self, name: &str, largest: usize) -> Result<Answer> {
        let limit = self.engine.launcher.settings().limits.local;
        let deadline = self.deadline;
        match timeout_at(deadline, self.exchange(name, largest)).await {
            Ok(answer) => answer.map_err(|source| GitError::Io { step: STEP, source }),
            Err(_) => {
                self.child.stop(self.engine.launcher.settings().limits.grace).await;
                Err(GitError::TimedOut { step: STEP, limit })
            }
        }
    }

    async fn exchange(&mut self, name: &str, largest: usize) -> std::io::Result<Answer> {
        let Some(stdin) = &mut self.stdin else { return Ok(Answer::Ended) };
        if stdin.write_all(format!("{name}\n").as_bytes()).await.is_err() {
            return Ok(Answer::Ended);
        }
        let mut header = String::new();
        if self.stdout.read_line(&mut header).await? == 0 {
            self.stdin = None;
            return Ok(Answer::Ended);
        }
        let words: Vec<&str> = header.split_whitespace().collect();
        let [oid, kind, size] = words[..] else { return Ok(Answer::Missing) };
        let (Ok(oid), Ok(size)) = (Oid::parse(oid), size.parse::<usize>()) else {
            return Ok(Answer::Missing);
        };
        if size > largest {
            self.stdin = None;
            return Ok(Answer::TooLarge);
        }
        // A line feed follows the content.
        let mut bytes = vec![0; size + 1];
        self.stdout.read_exact(&mut bytes).await?;
        bytes.truncate(size);
        Ok(Answer::Object(Object { oid, kind: kind.to_owned(), bytes }))
    }

    async fn last_words(&mut self, name: &str) -> GitError {
        let stderr = match self.stderr.take() {
            Some(task) => task.await.ok().and_then(std::io::Result::ok).unwrap_or_default(),
            None => String::new(),
        };
        let text = format!("{stderr}\nit ended when asked for {name}");
        failed(self.engine.launcher.presentable(&text))
    }

    /// Ends the reader and waits for it.
    pub(super) async fn close(mut self) {
        self.stdin = None;
        let grace = self.engine.launcher.settings().limits.grace;
        if tokio::time::timeout(grace, self.child.wait()).await.is_err() {
            self.child.stop(grace).await;
        }
    }
}

enum Answer {
    Object(Object),
    Missing,
    TooLarge,
    Ended,
}

fn failed(text: String) -> GitError {
    GitError::Failed { step: STEP, text }
}
