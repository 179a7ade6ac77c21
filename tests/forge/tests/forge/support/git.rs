//! A git client with its credential in the environment, as ours has it.

use std::path::Path;
use std::process::Output;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tempfile::TempDir;
use tokio::process::Command;

/// A folder in which git runs with one Authorization header.
pub(crate) struct GitClient {
    authorization: Option<String>,
    folder: TempDir,
}

impl GitClient {
    /// Uses Basic authentication with a token.
    pub(crate) fn new(token: &str) -> Self {
        let encoded = BASE64_STANDARD.encode(format!("x-access-token:{token}"));
        Self::with_header(Some(format!("Authorization: Basic {encoded}")))
    }

    /// Uses any header, or none.
    pub(crate) fn with_header(authorization: Option<String>) -> Self {
        Self { authorization, folder: TempDir::new().unwrap() }
    }

    /// Returns the folder below which clones go.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs git in a folder below; arguments are separated by spaces.
    #[expect(
        clippy::disallowed_methods,
        reason = "the tests' one git client, with an environment from empty"
    )]
    pub(crate) async fn try_run(&self, below: &str, arguments: &str) -> Output {
        let mut command = Command::new("git");
        command
            .args(arguments.split(' '))
            .current_dir(self.folder.path().join(below))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", "/nonexistent")
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_AUTHOR_NAME", "A Tester")
            .env("GIT_AUTHOR_EMAIL", "tester@example.test")
            .env("GIT_COMMITTER_NAME", "A Tester")
            .env("GIT_COMMITTER_EMAIL", "tester@example.test");
        if let Some(authorization) = &self.authorization {
            command
                .env("GIT_CONFIG_COUNT", "1")
                .env("GIT_CONFIG_KEY_0", "http.extraHeader")
                .env("GIT_CONFIG_VALUE_0", authorization);
        }
        command.output().await.unwrap()
    }

    /// Runs git and returns its output; a failure fails the test.
    pub(crate) async fn run(&self, below: &str, arguments: &str) -> String {
        let output = self.try_run(below, arguments).await;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments}: {stderr}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Runs git, which must fail, and returns what it complained of.
    pub(crate) async fn fail(&self, below: &str, arguments: &str) -> String {
        let output = self.try_run(below, arguments).await;
        assert!(!output.status.success(), "git {arguments} went well");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Commits one file in a clone.
    pub(crate) async fn commit(&self, clone: &str, path: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join(clone).join(path), content).unwrap();
        self.run(clone, &format!("add {path}")).await;
        self.run(clone, "commit -q -m change").await;
    }
}
