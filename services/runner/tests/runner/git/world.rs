//! One engine, one server, one repository with a parameter file.

use std::time::Duration;

use jiff::Timestamp;
use pullwright_redact::Redactor;
use pullwright_runner::git::{
    Base, Commits, Engine, FileChange, GitSettings, Identity, NewCommit, ProcessEngine, Remote,
};
use pullwright_types::{Hosts, RepositoryName};
use tempfile::TempDir;
use uuid::Uuid;

use super::{remote_git::RemoteGit, server::Server};

/// The file that proposals edit.
pub(crate) const PARAMS: &str = "configs/products/search.params.json";
/// What it says at first.
pub(crate) const BEFORE: &str = "{\"boost\": 1.0}\n";

pub(crate) struct World {
    pub(crate) engine: ProcessEngine,
    pub(crate) server: Server,
    pub(crate) git: RemoteGit,
    pub(crate) remote: Remote,
    pub(crate) token: String,
    pub(crate) redactor: Redactor,
    folder: TempDir,
}

impl World {
    /// Starts with the parameter file on `main`.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with settings of its own.
    pub(crate) async fn start_with(change: impl FnOnce(&mut GitSettings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("remotes/acme");
        std::fs::create_dir_all(&root).unwrap();
        let git = RemoteGit::create(&root, "search-config");
        git.write(PARAMS, BEFORE);
        git.write("README.md", "# hello\n");
        git.commit_to("main");
        let server = Server::start(folder.path().join("remotes")).await;
        let token = format!("gh{}_{}", "s", "S".repeat(40));
        let redactor = Redactor::new();
        redactor.register(&token.clone().into()).unwrap();
        let mut settings = GitSettings::new(folder.path().join("data"));
        settings.limits.grace = Duration::from_millis(300);
        change(&mut settings);
        let engine = ProcessEngine::start(settings, redactor.clone()).await.unwrap();
        let remote = remote(&format!("http://{}", server.address), &token, Uuid::from_u128(7));
        Self { engine, server, git, remote, token, redactor, folder }
    }

    /// Another engine with a data folder of its own.
    pub(crate) async fn another_engine(&self) -> ProcessEngine {
        let settings = GitSettings::new(self.folder.path().join("other-data"));
        ProcessEngine::start(settings, self.redactor.clone()).await.unwrap()
    }

    /// The data folder.
    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// The engine's folder for the repository.
    pub(crate) fn git_dir(&self) -> std::path::PathBuf {
        self.data().join(format!("repos/{}.git", self.remote.repository_id()))
    }

    /// Opens `main`.
    pub(crate) async fn open(&self) -> Base {
        self.engine.open_base(&self.remote, "main", PARAMS, &[]).await.unwrap()
    }

    /// Opens `main` and commits an edit of the parameter file.
    pub(crate) async fn edit(&self, content: &str) -> Commits {
        let base = self.open().await;
        self.engine.commit(&self.remote, &base, &[edit(&base, content)]).await.unwrap()
    }

    /// The tip of a branch, as the remote's own git sees it.
    pub(crate) fn tip(&self, branch: &str) -> Option<String> {
        let name = format!("refs/heads/{branch}");
        let tip = self.git.bare(&["for-each-ref", "--format=%(objectname)", &name]);
        (!tip.is_empty()).then_some(tip)
    }
}

/// A repository on a host that is a loopback address.
pub(crate) fn remote(web: &str, token: &str, id: Uuid) -> Remote {
    let hosts = format!(r#"[{{"web":"{web}","api":"{web}/api/v3","git":"{web}"}}]"#);
    let hosts = Hosts::parse(&hosts).unwrap();
    let name = RepositoryName::new("acme", "search-config").unwrap();
    Remote::new(id, hosts.by_web(web).unwrap(), &name, token.to_owned().into())
}

/// One commit that gives the parameter file a new content.
pub(crate) fn edit(base: &Base, content: &str) -> NewCommit {
    NewCommit {
        files: vec![FileChange {
            path: base.path.clone(),
            bytes: content.as_bytes().to_vec(),
            mode: base.blob.mode,
        }],
        message: "Raise the title boost  \n\n\n\nAs approved.\n".to_owned(),
        identity: Identity::new("Pullwright", "bot@example.org").unwrap(),
        date: Timestamp::from_second(1_700_000_000).unwrap(),
    }
}
