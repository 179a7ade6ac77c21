//! The one place where these tests start git.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Runs git in a folder, with nothing of the machine's own settings.
#[track_caller]
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    #[expect(clippy::disallowed_methods, reason = "the one place that starts git here")]
    let mut command = Command::new("git");
    let output = command
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Test", "-c", "user.email=test@pullwright.invalid"])
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::null())
        .output()
        .expect("git");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
