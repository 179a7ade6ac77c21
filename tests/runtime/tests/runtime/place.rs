//! A repository, its clone, and the files of attempts; and the runtime run in it.

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use pullwright_headless::{
    Assignment, Boundary, BranchRule, Exchange, Exit, Expected, Familiar, Kind, Limits, Outcome,
    Produced, Quote, Repo, Slot, TOKEN_VARIABLE, Version, Work, classify,
};
use pullwright_redact::Redactor;
use tempfile::TempDir;

use crate::{PATIENCE, git::git};

pub const URL: &str = "https://github.com/acme/site.git";

/// Where a run takes place; everything goes with it.
pub struct Place {
    folder: TempDir,
    pub version: Version,
    pub token: Option<String>,
    exchanges: Vec<Exchange>,
    attempts: u32,
}

/// What a run left.
pub struct Left {
    pub exit: Exit,
    pub slot: Slot,
    pub printed: String,
}

impl Place {
    pub fn new(version: Version) -> Self {
        let folder = TempDir::new().expect("a folder");
        for name in ["origin.git", "tree", "control", "home"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let place = Self { folder, version, token: None, exchanges: Vec::new(), attempts: 0 };
        git(&place.path("origin.git"), &["init", "--quiet", "--bare", "--initial-branch=main"]);
        let tree = place.path("tree");
        git(&tree, &["init", "--quiet", "--initial-branch=main"]);
        fs::write(tree.join("README.md"), "A site.\n").expect("written");
        git(&tree, &["add", "."]);
        git(&tree, &["commit", "--quiet", "--message", "Begin"]);
        let origin = place.path("origin.git");
        git(&tree, &["push", "--quiet", origin.to_str().expect("UTF-8"), "main"]);
        git(&tree, &["tag", "base"]);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Answers the question of the run before.
    pub fn answer(&mut self, question: &str, answer: &str) {
        let exchange =
            Exchange { question: Quote::new("cody", question), answer: Quote::new("bob", answer) };
        self.exchanges.push(exchange);
    }

    pub fn issue(text: &str) -> Work {
        let title = Quote::new("alice", "A note, please");
        Work::FixIssue { number: 42, title, body: Quote::new("alice", text) }
    }

    /// Starts the runtime, as an adapter does: environment from empty, no standard input.
    pub fn start(&mut self, work: Work) -> (Child, Slot) {
        self.attempts += 1;
        let assignment = Assignment {
            repo: Repo {
                owner: "acme".to_owned(),
                name: "site".to_owned(),
                clone_url: URL.to_owned(),
                default_branch: "main".to_owned(),
            },
            familiar: Familiar {
                id: "cody".to_owned(),
                display_name: "Cody".to_owned(),
                model: None,
                skills: Vec::new(),
            },
            work,
            exchanges: self.exchanges.clone(),
            workspace_root: self.path("tree").to_str().expect("UTF-8").to_owned(),
            memory_policy: None,
        };
        let boundary = Boundary::new("0199f3c2a4d57b6e8c1d2f3a4b5c6d7e").expect("random enough");
        let (_, brief) =
            assignment.compose(self.version, &boundary, &Redactor::new()).expect("a brief");
        let slot = Slot::create(&self.path("control"), &self.path("tree"), self.attempts, &brief)
            .expect("a slot");
        let child = self.command().args(slot.arguments()).spawn().expect("the runtime");
        (child, slot)
    }

    pub fn command(&self) -> Command {
        #[expect(clippy::disallowed_methods, reason = "the one place that starts the runtime")]
        let mut command = Command::new(env!("CARGO_BIN_EXE_pullwright-runtime"));
        let origin = self.path("origin.git");
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            // The address of the brief leads to the bare repository on disk.
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", format!("url.{}.insteadOf", origin.display()))
            .env("GIT_CONFIG_VALUE_0", URL)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(token) = &self.token {
            command.env(TOKEN_VARIABLE, token);
        }
        command
    }

    /// Runs it to its end.
    pub fn run(&mut self, work: Work) -> Left {
        let (child, slot) = self.start(work);
        let (exit, printed) = ended(child, PATIENCE);
        Left { exit, slot, printed }
    }

    /// Runs it and judges what it left.
    pub fn judged(&mut self, work: Work, kind: Kind) -> Outcome {
        let left = self.run(work);
        self.judge(&left, kind)
    }

    pub fn judge(&self, left: &Left, kind: Kind) -> Outcome {
        let expected = Expected {
            kind,
            branch: BranchRule::Under("cody/".to_owned()),
            protected: vec!["main".to_owned()],
        };
        let result = left.slot.read(self.version, Limits::default());
        classify(left.exit, result, &expected, &self.produced())
    }

    /// What git says of the workspace.
    pub fn produced(&self) -> Produced {
        let tree = self.path("tree");
        let commits = git(&tree, &["rev-list", "base..HEAD"]);
        Produced {
            branch: Some(git(&tree, &["symbolic-ref", "--short", "HEAD"])),
            commits: commits.lines().map(str::to_owned).collect(),
        }
    }
}

/// Waits for the end, or ends it; what it printed stays far below a pipe's capacity.
pub fn ended(mut child: Child, limit: Duration) -> (Exit, String) {
    let start = Instant::now();
    let status = loop {
        match child.try_wait().expect("the runtime's status") {
            Some(status) => break Some(status),
            None if start.elapsed() > limit => break None,
            None => thread::yield_now(),
        }
    };
    if status.is_none() {
        child.kill().expect("killed");
    }
    let output = child.wait_with_output().expect("what it printed");
    let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let exit = match status {
        None => Exit::TimedOut(limit),
        Some(status) => status
            .code()
            .map(Exit::Code)
            .or(status.signal().map(Exit::Signal))
            .unwrap_or(Exit::Lost),
    };
    (exit, printed)
}
