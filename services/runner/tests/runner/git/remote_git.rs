//! The other side of a test: a bare repository on disk, and what people do to it.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A bare repository and a work tree to fill it from.
pub(crate) struct RemoteGit {
    bare: PathBuf,
    work: PathBuf,
}

impl RemoteGit {
    /// Makes an empty repository with the branch `main`.
    pub(crate) fn create(root: &Path, name: &str) -> Self {
        let bare = root.join(format!("{name}.git"));
        let work = root.join(format!("{name}.work"));
        run(root, &["init", "-q", "--bare", "-b", "main", bare.to_str().unwrap()]);
        run(&bare, &["config", "http.receivepack", "true"]);
        run(&bare, &["config", "uploadpack.allowFilter", "true"]);
        run(root, &["init", "-q", "-b", "main", work.to_str().unwrap()]);
        run(&work, &["remote", "add", "origin", bare.to_str().unwrap()]);
        Self { bare, work }
    }

    /// The work tree.
    pub(crate) fn work(&self) -> &Path {
        &self.work
    }

    /// Writes a file into the work tree.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.work.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }

    /// Commits the whole work tree and pushes it to a branch.
    pub(crate) fn commit_to(&self, branch: &str) -> String {
        run(&self.work, &["add", "-A"]);
        run(&self.work, &["commit", "-q", "--allow-empty", "-m", "a change by a person"]);
        run(&self.work, &["push", "-q", "--force", "origin", &format!("HEAD:refs/heads/{branch}")]);
        run(&self.work, &["rev-parse", "HEAD"])
    }

    /// Sets a file's executable bit.
    pub(crate) fn make_executable(&self, path: &str) {
        use std::os::unix::fs::PermissionsExt;
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.work.join(path), executable).unwrap();
    }

    /// Commits all changes with `git commit -F` as somebody, at a time, and gives the commit's id.
    #[expect(clippy::disallowed_methods, reason = "the other side's git, not ours")]
    pub(crate) fn commit_as(&self, name: &str, email: &str, date: &str, message: &str) -> String {
        let file = self.work.join(".git/message");
        std::fs::write(&file, message).unwrap();
        let status = Command::new("git")
            .current_dir(&self.work)
            .args(["commit", "-q", "-a", "-F"])
            .arg(file)
            .envs([("GIT_AUTHOR_NAME", name), ("GIT_COMMITTER_NAME", name)])
            .envs([("GIT_AUTHOR_EMAIL", email), ("GIT_COMMITTER_EMAIL", email)])
            .envs([("GIT_AUTHOR_DATE", date), ("GIT_COMMITTER_DATE", date)])
            .status();
        assert!(status.unwrap().success());
        run(&self.work, &["rev-parse", "HEAD"])
    }

    /// Runs git in the bare repository and gives what it prints.
    pub(crate) fn bare(&self, args: &[&str]) -> String {
        run(&self.bare, args)
    }

    /// Runs git in the bare repository and gives what it prints, to the last byte.
    pub(crate) fn bare_exact(&self, args: &[&str]) -> String {
        run_exact(&self.bare, args)
    }

    /// Runs git in the work tree and gives what it prints.
    pub(crate) fn worktree(&self, args: &[&str]) -> String {
        run(&self.work, args)
    }

    /// Stores an object in the bare repository as it is, however malformed, and gives its id.
    #[expect(clippy::disallowed_methods, reason = "the other side's git, not ours")]
    pub(crate) fn store(&self, kind: &str, bytes: &[u8]) -> String {
        let mut git = Command::new("git")
            .current_dir(&self.bare)
            .args(["hash-object", "--literally", "-w", "-t", kind, "--stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        git.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = git.wait_with_output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Points a branch to an object without any check.
    pub(crate) fn set_branch(&self, branch: &str, oid: &str) {
        std::fs::write(self.bare.join("refs/heads").join(branch), format!("{oid}\n")).unwrap();
    }

    /// Installs a hook.
    pub(crate) fn hook(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let file = self.bare.join("hooks").join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn run(folder: &Path, args: &[&str]) -> String {
    run_exact(folder, args).trim_end().to_owned()
}

#[expect(clippy::disallowed_methods, reason = "the other side's git, not ours")]
fn run_exact(folder: &Path, args: &[&str]) -> String {
    let identity = ["-c", "user.name=A Person", "-c", "user.email=person@example.org"];
    let output =
        Command::new("git").current_dir(folder).args(identity).args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
