//! The engine that runs git: a bare, shallow, blobless repository per remote, and a few hardened commands on it.
//!
//! Cost does not grow with the repository: no clone, no work tree, no index. What is on disk may be lost at any time.

mod attributes;
mod blob_at;
mod commit;
mod compare;
mod delete;
mod descends;
mod diff;
mod fault;
mod fetch;
mod folder;
mod import;
mod may_push;
mod objects;
mod open_base;
mod push;
mod report;
mod slots;
mod survey;
mod tip;
mod tree;
mod walk;

use std::sync::Arc;

use futures::future::BoxFuture;
use pullwright_redact::Redactor;

use super::{
    Base, Blob, Commits, Compared, Deleted, Engine, GitError, GitSettings, NewCommit, Oid, Pushed,
    Remote, Result, Survey,
    command::{Command, Launcher},
    version::{self, Version},
};
use slots::Slots;

/// Runs git commands; one per data folder.
pub struct ProcessEngine {
    launcher: Launcher,
    slots: Slots,
    version: Version,
}

impl ProcessEngine {
    /// Takes the data folder for this process alone and looks which git there is.
    ///
    /// Refuses a folder that another runner uses and a git below 2.32; one that upstream has since mended is warned
    /// about, once.
    pub async fn start(settings: GitSettings, redactor: Redactor) -> Result<Self> {
        let mut settings = settings;
        let given = settings.data.clone();
        let refused = |source| GitError::DataFolder { path: given.clone(), source };
        // Git runs in another folder, where a relative path would mean something else.
        settings.data = std::path::absolute(&settings.data).map_err(refused)?;
        let settings = Arc::new(settings);
        let slots = Slots::new(&settings.data).map_err(refused)?;
        let launcher = Launcher::new(settings, redactor).map_err(refused)?;
        let version = installed(&launcher).await?;
        if version < version::OLDEST {
            let text = format!("git {version} is older than {}", version::OLDEST);
            return Err(GitError::Failed { step: "--version", text });
        }
        if !version.is_mended() {
            tracing::warn!(git.version = %version, "git {version} lacks upstream's mends; a distribution may have them");
        }
        Ok(Self { launcher, slots, version })
    }

    /// The version of the git that is used.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }
}

async fn installed(launcher: &Launcher) -> Result<Version> {
    let settings = launcher.settings();
    let command = Command {
        step: "--version",
        args: vec!["--version"],
        git_dir: &settings.data,
        remote: None,
        input: None,
        limit: settings.limits.local,
        most_output: 1 << 10,
    };
    let finished = launcher.run(command).await?;
    let text = String::from_utf8_lossy(&finished.stdout);
    text.parse().map_err(|_| GitError::Failed { step: "--version", text: finished.text(&text) })
}

impl Engine for ProcessEngine {
    fn tip<'a>(
        &'a self,
        remote: &'a Remote,
        branch: &'a str,
    ) -> BoxFuture<'a, Result<Option<Oid>>> {
        Box::pin(tip::tip(self, remote, branch))
    }

    fn open_base<'a>(
        &'a self,
        remote: &'a Remote,
        branch: &'a str,
        path: &'a str,
        writes: &'a [String],
    ) -> BoxFuture<'a, Result<Base>> {
        Box::pin(open_base::open_base(self, remote, branch, path, writes))
    }

    fn commit<'a>(
        &'a self,
        _remote: &'a Remote,
        base: &'a Base,
        commits: &'a [NewCommit],
    ) -> BoxFuture<'a, Result<Commits>> {
        Box::pin(commit::commit(self, base, commits))
    }

    fn diff<'a>(&'a self, base: &'a Base, commits: &'a Commits) -> BoxFuture<'a, Result<String>> {
        Box::pin(diff::diff(self, base, commits))
    }

    fn compare<'a>(
        &'a self,
        remote: &'a Remote,
        from: &'a Oid,
        to: &'a Oid,
        path: &'a str,
    ) -> BoxFuture<'a, Result<Compared>> {
        Box::pin(compare::compare(self, remote, from, to, path))
    }

    fn survey<'a>(
        &'a self,
        remote: &'a Remote,
        branch: &'a str,
        folders: &'a [String],
        suffix: &'a str,
    ) -> BoxFuture<'a, Result<Survey>> {
        Box::pin(survey::survey(self, remote, branch, folders, suffix))
    }

    fn may_push<'a>(&'a self, remote: &'a Remote) -> BoxFuture<'a, Result<()>> {
        Box::pin(may_push::may_push(self, remote))
    }

    fn push_new<'a>(
        &'a self,
        remote: &'a Remote,
        branch: &'a str,
        commits: &'a Commits,
    ) -> BoxFuture<'a, Result<Pushed>> {
        Box::pin(push::push_new(self, remote, branch, commits))
    }

    fn descends_from<'a>(
        &'a self,
        remote: &'a Remote,
        tip: &'a Oid,
        candidates: &'a [Oid],
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(descends::descends_from(self, remote, tip, candidates))
    }

    fn delete_branch<'a>(
        &'a self,
        remote: &'a Remote,
        branch: &'a str,
        expected: &'a Oid,
    ) -> BoxFuture<'a, Result<Deleted>> {
        Box::pin(delete::delete_branch(self, remote, branch, expected))
    }

    fn blob_at<'a>(
        &'a self,
        remote: &'a Remote,
        commit: &'a Oid,
        path: &'a str,
    ) -> BoxFuture<'a, Result<Option<Blob>>> {
        Box::pin(blob_at::blob_at(self, remote, commit, path))
    }
}
