//! The one place where git children start: environment from empty, no prompt, a time limit, killed when dropped.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// A plumbing command over a local repository ends in milliseconds; this only catches a hung one.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// A git child that did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It could not be started or talked to.
    #[error("git {step} could not be run")]
    Run {
        /// Subcommand.
        step: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It ended with a failure.
    #[error("git {step} ended with {code:?}: {stderr}")]
    Failed {
        /// Subcommand.
        step: String,
        /// Exit code, none when killed by a signal.
        code: Option<i32>,
        /// What it wrote to standard error.
        stderr: String,
    },
    /// It took too long and was killed.
    #[error("git {step} took longer than its time limit")]
    TimedOut {
        /// Subcommand.
        step: String,
    },
    /// Its output does not have the form that is known.
    #[error("git {step} wrote what is not understood")]
    Unexpected {
        /// Subcommand.
        step: String,
    },
}

/// Starts git children.
#[derive(Debug, Clone)]
pub(crate) struct Git {
    path: OsString,
}

impl Git {
    /// Takes the `PATH` on which git is found.
    pub(crate) fn new(path: OsString) -> Self {
        Self { path }
    }

    /// Prepares a child in a repository, with nothing of this process's environment.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where git children are made"
    )]
    pub(crate) fn command(&self, directory: &Path) -> Command {
        let mut command = Command::new("git");
        command
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", "/nonexistent")
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_ATTR_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            // The data folder may belong to another account than the forge's, as on a mounted volume.
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "safe.directory")
            .env("GIT_CONFIG_VALUE_0", "*")
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs a command and returns its standard output; any failure is an error.
    pub(crate) async fn run<S: AsRef<OsStr>>(
        &self,
        directory: &Path,
        args: &[S],
    ) -> Result<Vec<u8>, GitError> {
        let output = self.output(directory, args, &[], b"").await?;
        require_success(step(args), output)
    }

    /// Runs a command that must print one line of text, and returns that line.
    pub(crate) async fn line<S: AsRef<OsStr>>(
        &self,
        directory: &Path,
        args: &[S],
    ) -> Result<String, GitError> {
        let stdout = self.run(directory, args).await?;
        String::from_utf8(stdout)
            .map(|text| text.trim_end().to_owned())
            .map_err(|_| GitError::Unexpected { step: step(args) })
    }

    /// Runs a command with input and further environment; returns its output whatever its exit code.
    pub(crate) async fn output<S: AsRef<OsStr>>(
        &self,
        directory: &Path,
        args: &[S],
        environment: &[(&str, String)],
        input: &[u8],
    ) -> Result<Output, GitError> {
        let run = async {
            let mut command = self.command(directory);
            command.args(args).envs(environment.iter().map(|(name, value)| (name, value)));
            command.stdin(Stdio::piped());
            let mut child = command.spawn()?;
            let stdin = child.stdin.take();
            let write = async {
                if let Some(mut stdin) = stdin {
                    stdin.write_all(input).await?;
                    stdin.shutdown().await?;
                }
                Ok::<_, std::io::Error>(())
            };
            let (written, output) = tokio::join!(write, child.wait_with_output());
            let output = output?;
            match written {
                // It may end without reading its input; its exit code tells more than our broken pipe.
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error),
                _ => Ok(output),
            }
        };
        match tokio::time::timeout(TIME_LIMIT, run).await {
            Err(_) => Err(GitError::TimedOut { step: step(args) }),
            Ok(result) => result.map_err(|source| GitError::Run { step: step(args), source }),
        }
    }
}

/// Turns an output into its standard output, or into the failure that its exit code says.
pub(super) fn require_success(step: String, output: Output) -> Result<Vec<u8>, GitError> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(GitError::Failed { step, code: output.status.code(), stderr })
}

fn step<S: AsRef<OsStr>>(args: &[S]) -> String {
    args.first().map(|arg| arg.as_ref().to_string_lossy().into_owned()).unwrap_or_default()
}
