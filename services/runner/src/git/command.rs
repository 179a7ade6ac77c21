//! The one place that starts git: environment from empty, no terminal, a group of its own, a time limit, bounded output.
//!
//! It does not know what the commands mean.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop, ProcessGroup};
use pullwright_redact::Redactor;
use tokio::{
    io::AsyncWriteExt,
    process::{ChildStderr, ChildStdin, ChildStdout},
    time::{Instant, timeout},
};

use super::{
    GitError, GitSettings, Remote, Result, confine, environment,
    transcript::{presentable, read_both_ends, read_first},
};

/// The request to end, as `kill` numbers it.
const SIGTERM: i32 = 15;

/// Starts git commands.
#[derive(Clone)]
pub(super) struct Launcher {
    settings: Arc<GitSettings>,
    home: PathBuf,
    redactor: Redactor,
}

/// One command.
pub(super) struct Command<'a> {
    /// What it is called in errors and logs: git's own name of the command.
    pub(super) step: &'static str,
    /// The arguments after `git`; never a secret.
    pub(super) args: Vec<&'a str>,
    /// The repository.
    pub(super) git_dir: &'a Path,
    /// The remote, for commands that speak to it.
    pub(super) remote: Option<&'a Remote>,
    /// What standard input holds; `None` is `/dev/null`.
    pub(super) input: Option<Vec<u8>>,
    /// Time limit.
    pub(super) limit: Duration,
    /// Most bytes of standard output; more is an error.
    pub(super) most_output: usize,
}

/// What a command that came to its end left.
pub(super) struct Finished {
    /// Whether it exited with 0.
    pub(super) success: bool,
    /// Standard output.
    pub(super) stdout: Vec<u8>,
    /// Standard error, with secrets in it: for reading, not for showing.
    stderr: String,
    redactor: Redactor,
}

impl Finished {
    /// The lines that git itself printed to standard error; those that the server sent begin with `remote:`.
    pub(super) fn stderr(&self) -> &str {
        &self.stderr
    }

    /// Standard error and then `more`, fit to be shown.
    pub(super) fn text(&self, more: &str) -> String {
        presentable(&format!("{}\n{more}", self.stderr), &self.redactor)
    }
}

impl Launcher {
    /// Makes git's empty home in the data folder.
    pub(super) fn new(settings: Arc<GitSettings>, redactor: Redactor) -> io::Result<Self> {
        let home = settings.data.join("home");
        fs::create_dir_all(&home)?;
        Ok(Self { settings, home, redactor })
    }

    /// Runs a command to its end; one that exits with another status than 0 is no error here.
    pub(super) async fn run(&self, command: Command<'_>) -> Result<Finished> {
        let Command { step, limit, most_output, .. } = command;
        let input = command.input.clone().unwrap_or_default();
        let began = Instant::now();
        let mut child = self.start(&command)?;
        let (stdin, stdout, stderr) = child.pipes();
        let work = async {
            let feed = async {
                if let Some(mut stdin) = stdin {
                    // A child that does not want all of its input says so by its status.
                    let _ = stdin.write_all(&input).await;
                }
            };
            let ((), stdout, stderr) =
                tokio::join!(feed, read_first(stdout, most_output), read_both_ends(stderr));
            Ok::<_, io::Error>((child.wait().await?, stdout?, stderr?))
        };
        let Ok(done) = timeout(limit, work).await else {
            child.stop(self.settings.limits.grace).await;
            return Err(GitError::TimedOut { step, limit });
        };
        let (success, (stdout, more), stderr) =
            done.map_err(|source| GitError::Io { step, source })?;
        tracing::debug!(
            git.step = step,
            success,
            duration_ms = began.elapsed().as_millis() as u64,
            "ran git {step}"
        );
        if more {
            let text = format!("it printed more than {most_output} bytes");
            return Err(GitError::Failed { step, text });
        }
        Ok(Finished { success, stdout, stderr, redactor: self.redactor.clone() })
    }

    /// Starts a command that is talked to; the caller minds the time limit.
    #[expect(clippy::disallowed_methods, reason = "the one place that starts git")]
    pub(super) fn start(&self, command: &Command<'_>) -> Result<Child> {
        let program =
            self.program().map_err(|source| GitError::Io { step: command.step, source })?;
        let mut git = tokio::process::Command::new(program);
        git.args(&command.args)
            .env_clear()
            .envs(environment::variables(
                &self.settings,
                &self.home,
                command.git_dir,
                command.remote,
            ))
            .current_dir(&self.home)
            .stdin(if command.input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut git = CommandWrap::from(git);
        git.wrap(ProcessGroup::leader()).wrap(KillOnDrop);
        let child = git.spawn().map_err(|source| GitError::Io { step: command.step, source })?;
        let child = Child { child, ended: false };
        confine::confine(child.child.id(), &self.settings)
            .map_err(|source| GitError::Io { step: command.step, source })?;
        Ok(child)
    }

    /// The settings.
    pub(super) fn settings(&self) -> &GitSettings {
        &self.settings
    }

    /// Fit to be shown.
    pub(super) fn presentable(&self, text: &str) -> String {
        presentable(text, &self.redactor)
    }

    /// The first `git` on the given `PATH`; the child's own `PATH` is not what a program is looked up by.
    fn program(&self) -> io::Result<PathBuf> {
        std::env::split_paths(&self.settings.path)
            .map(|folder| folder.join("git"))
            .find(|file| file.is_file())
            .ok_or_else(|| {
                let path = self.settings.path.display();
                io::Error::new(io::ErrorKind::NotFound, format!("no git in {path}"))
            })
    }
}

/// A running command; its whole group is killed when this is dropped before its end.
pub(super) struct Child {
    child: Box<dyn ChildWrapper>,
    ended: bool,
}

impl Child {
    /// Standard input if it was asked for, output and error.
    ///
    /// # Panics
    /// When called twice.
    pub(super) fn pipes(&mut self) -> (Option<ChildStdin>, ChildStdout, ChildStderr) {
        (
            self.child.stdin().take(),
            self.child.stdout().take().expect("output is piped and taken once"),
            self.child.stderr().take().expect("error is piped and taken once"),
        )
    }

    /// Waits for the end and says whether the status was 0.
    pub(super) async fn wait(&mut self) -> io::Result<bool> {
        let status = self.child.wait().await?;
        self.ended = true;
        Ok(status.success())
    }

    /// Asks the whole group to end, and kills what is left of it after `grace`.
    pub(super) async fn stop(&mut self, grace: Duration) {
        // Errors here say that the group is gone already, which is what is wanted.
        let _ = self.child.signal(SIGTERM);
        let left_by_itself = timeout(grace, self.child.wait()).await.is_ok();
        let _ = self.child.start_kill();
        if !left_by_itself {
            let _ = self.child.wait().await;
        }
        self.ended = true;
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.child.start_kill();
        }
    }
}
