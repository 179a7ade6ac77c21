//! The one place that starts git, in the workspace.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use pullwright_headless::{Commit, TOKEN_VARIABLE};

/// Git in a workspace.
pub(crate) struct Git {
    root: PathBuf,
    author: String,
    token: Option<String>,
}

impl Git {
    pub(crate) fn new(root: &Path, author: &str, token: Option<String>) -> Self {
        Self { root: root.to_owned(), author: author.to_owned(), token }
    }

    /// The credential, if there is one.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Goes on with a branch of this name, at the commit that is checked out.
    pub(crate) fn switch_to(&self, branch: &str) -> Result<()> {
        self.run(&["switch", "--quiet", "--force-create", branch]).map(drop)
    }

    /// The branch that is checked out.
    pub(crate) fn branch(&self) -> Result<String> {
        self.run(&["symbolic-ref", "--short", "HEAD"])
    }

    /// Commits all that was changed.
    pub(crate) fn commit(&self, message: &str) -> Result<Commit> {
        self.run(&["add", "--all"])?;
        self.run(&["commit", "--quiet", "--message", message])?;
        Ok(Commit { sha: self.run(&["rev-parse", "HEAD"])?, message: message.to_owned() })
    }

    /// Pushes the branch, if there is a credential. Git asks the helper, and the helper its environment: the credential stands in
    /// no argument, file or address.
    pub(crate) fn push(&self, url: &str, branch: &str) -> Result<()> {
        if self.token.is_none() {
            return Ok(());
        }
        let helper = format!(
            "credential.helper=!f() {{ echo username=x-access-token; echo \"password=${TOKEN_VARIABLE}\"; }}; f"
        );
        let target = format!("HEAD:refs/heads/{branch}");
        self.run(&["-c", "credential.helper=", "-c", &helper, "push", "--quiet", url, &target])
            .map(drop)
    }

    fn run(&self, arguments: &[&str]) -> Result<String> {
        #[expect(clippy::disallowed_methods, reason = "the one place that starts git here")]
        let mut command = Command::new("git");
        let name = format!("user.name={}", self.author);
        let output = command
            .arg("-C")
            .arg(&self.root)
            .args(["-c", &name, "-c", "user.email=runtime@pullwright.invalid"])
            .args(["-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false"])
            .args(arguments)
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdin(Stdio::null())
            .output()
            .context("start git")?;
        ensure!(
            output.status.success(),
            "git failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}
