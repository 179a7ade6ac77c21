//! What the tests share: a forge with one repository, a git client, a REST client and a receiver of webhooks.

mod git;
mod key;
mod receiver;
mod rest;

use std::time::{Duration, Instant};

use pullwright_forge::{Forge, ForgeOptions, NewCommit, NewRepository, Permission};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) use git::GitClient;
pub(crate) use key::AppKey;
pub(crate) use receiver::{Received, Receiver};
pub(crate) use rest::Rest;

/// The repository that most tests use.
pub(crate) const REPOSITORY: &str = "acme/search-config";

/// Content of its one file.
pub(crate) const CONTENT: &str = "{\n  \"boost\": 1.0\n}\n";

/// A forge with one private repository, a token that may write and one that may read.
pub(crate) struct World {
    pub(crate) forge: Forge,
    pub(crate) writer: String,
    pub(crate) reader: String,
}

impl World {
    /// Starts a forge with `acme/search-config`, whose branch `main` holds `boosts.params.json`.
    pub(crate) async fn start() -> Self {
        Self::start_with(ForgeOptions::default()).await
    }

    /// Does the same with settings.
    pub(crate) async fn start_with(options: ForgeOptions) -> Self {
        let forge = Forge::start(options).await.unwrap();
        let (writer, reader) = (secret(), secret());
        let repository = NewRepository::new("acme", "search-config")
            .file("boosts.params.json", CONTENT)
            .token("bot", &writer, Permission::Write)
            .token("eye", &reader, Permission::Read);
        forge.create_repository(repository).await.unwrap();
        Self { forge, writer, reader }
    }

    /// Returns the URL that git clones.
    pub(crate) fn clone_url(&self) -> String {
        format!("{}/{REPOSITORY}.git", self.forge.url())
    }

    /// Returns a REST client with the writing token.
    pub(crate) fn rest(&self) -> Rest {
        Rest::new(self.forge.api_url(), &self.writer)
    }

    /// Returns a git client with the writing token.
    pub(crate) fn git(&self) -> GitClient {
        GitClient::new(&self.writer)
    }

    /// Puts a commit on a branch that changes the parameter.
    pub(crate) async fn change(&self, branch: &str, value: &str) -> String {
        let content = format!("{{\n  \"boost\": {value}\n}}\n");
        let commit = NewCommit::file(branch, "boosts.params.json", content, "Raise the boost");
        self.forge.push_commit(REPOSITORY, commit).await.unwrap()
    }

    /// Makes a branch with a change and opens its pull request over REST.
    pub(crate) async fn open(&self, branch: &str) -> Value {
        self.change(branch, "2.5").await;
        let (status, pull) = self.create_pull(branch).await;
        assert_eq!(status, StatusCode::CREATED, "{pull}");
        pull
    }

    /// Calls `POST /pulls` for a branch.
    pub(crate) async fn create_pull(&self, branch: &str) -> (StatusCode, Value) {
        let body = json!({ "title": "Raise the boost", "head": branch, "base": "main", "body": "Because." });
        self.rest().call(Method::POST, &format!("/repos/{REPOSITORY}/pulls"), Some(body)).await
    }
}

/// Waits until every delivery has ended.
pub(crate) async fn all_sent(forge: &Forge) {
    eventually("the end of all deliveries", || async {
        (forge.delivery_counts().await.pending == 0).then_some(())
    })
    .await;
}

/// Makes a secret that stands in no file.
pub(crate) fn secret() -> String {
    format!("t{}", Uuid::new_v4().simple())
}

/// Asks again and again until there is an answer; gives up after twenty seconds.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "not within twenty seconds: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
