//! One stack for the whole binary, and the few things that tests do with it.

use std::{path::PathBuf, time::Duration};

use pullwright_forge::world::Pull;
use pullwright_harness::{Rest, Stack, StackOptions, WireOptions, Wired};
use pullwright_testkit::wait;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

/// Generous: two cores run everything at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

static STACK: OnceCell<Stack> = OnceCell::const_new();

/// The stack that all tests share; each has repositories of its own.
pub(crate) async fn stack() -> &'static Stack {
    STACK
        .get_or_init(|| async { Stack::start(StackOptions::new(logs("shared"))).await.unwrap() })
        .await
}

/// A fresh folder for logs that stay.
pub(crate) fn logs(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/e2e").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

/// A repository that is wired on the shared stack.
pub(crate) async fn wired(options: WireOptions) -> System<'static> {
    let stack = stack().await;
    System { stack, rest: stack.rest().unwrap(), wired: stack.wire(options).await.unwrap() }
}

/// A stack with one wired repository.
pub(crate) struct System<'a> {
    pub(crate) stack: &'a Stack,
    pub(crate) rest: Rest,
    pub(crate) wired: Wired,
}

impl System<'_> {
    /// Creates a manual proposal; returns its id.
    pub(crate) async fn propose(&self, config_diff: Value) -> String {
        let body = json!({
            "cluster_id": self.wired.cluster_id,
            "template_id": self.wired.template_id,
            "config_diff": config_diff,
        });
        let created =
            self.rest.post("/api/v1/proposals", &body).await.unwrap().expect(201).unwrap();
        created["id"].as_str().unwrap().to_owned()
    }

    /// Asks for the pull request.
    pub(crate) async fn open(&self, proposal: &str) {
        self.rest
            .act(&format!("/api/v1/proposals/{proposal}/open_pr"))
            .await
            .unwrap()
            .expect(202)
            .unwrap();
    }

    /// The proposal as it is now.
    pub(crate) async fn proposal(&self, proposal: &str) -> Value {
        self.rest.get(&format!("/api/v1/proposals/{proposal}")).await.unwrap().expect(200).unwrap()
    }

    /// The events of a proposal, the oldest first.
    pub(crate) async fn events(&self, proposal: &str) -> Vec<Value> {
        let path = format!("/api/v1/proposals/{proposal}/events?limit=200");
        let page = self.rest.get(&path).await.unwrap().expect(200).unwrap();
        page["data"].as_array().unwrap().clone()
    }

    /// How many events of this kind a proposal has.
    pub(crate) async fn count(&self, proposal: &str, kind: &str) -> usize {
        self.events(proposal).await.iter().filter(|event| event["kind"] == kind).count()
    }

    /// Waits until the proposal's status is this one.
    pub(crate) async fn until(&self, proposal: &str, status: &str) -> Value {
        self.until_it(proposal, &format!("it is {status}"), |now| now["status"] == status).await
    }

    /// Waits until the proposal has an error; returns the error.
    pub(crate) async fn until_failed(&self, proposal: &str) -> String {
        let now = self
            .until_it(proposal, "it has an error", |now| now["pr_open_error"].is_string())
            .await;
        now["pr_open_error"].as_str().unwrap().to_owned()
    }

    /// Waits until something holds of the proposal.
    pub(crate) async fn until_it(
        &self,
        proposal: &str,
        claim: &str,
        holds: impl Fn(&Value) -> bool,
    ) -> Value {
        let holds = &holds;
        let look = || async {
            let now = self.proposal(proposal).await;
            anyhow::Ok(holds(&now).then_some(now))
        };
        match wait::until(&format!("of proposal {proposal}: {claim}"), PATIENCE, look).await {
            Ok(now) => now,
            Err(error) => panic!(
                "{error}; it is {:#}; events {:#?}",
                self.proposal(proposal).await,
                self.events(proposal).await
            ),
        }
    }

    /// Creates, opens and waits; returns the proposal's id and its pull request on the forge.
    pub(crate) async fn opened(&self, config_diff: Value) -> (String, Pull) {
        let proposal = self.propose(config_diff).await;
        self.open(&proposal).await;
        let now = self.until(&proposal, "pr_opened").await;
        let pull = self.pull(now["pr_url"].as_str().unwrap()).await;
        (proposal, pull)
    }

    /// The pull request at a page.
    pub(crate) async fn pull(&self, url: &str) -> Pull {
        let number = url.rsplit('/').next().unwrap().parse().unwrap();
        self.stack.forge().unwrap().pull(&self.wired.repository, number).await.unwrap()
    }

    /// All pull requests of the repository.
    pub(crate) async fn pulls(&self) -> Vec<Pull> {
        self.stack.forge().unwrap().pulls(&self.wired.repository).await.unwrap()
    }

    /// A file on a branch.
    pub(crate) async fn file(&self, branch: &str, path: &str) -> String {
        let bytes = self
            .stack
            .forge()
            .unwrap()
            .read_file(&self.wired.repository, branch, path)
            .await
            .unwrap()
            .unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// The lines that a pull request takes away and adds, without context.
    pub(crate) async fn changed_lines(&self, pull: &Pull) -> Vec<String> {
        let diff = self
            .stack
            .forge()
            .unwrap()
            .pull_diff(&self.wired.repository, pull.number)
            .await
            .unwrap();
        let changed = |line: &&str| {
            (line.starts_with('-') && !line.starts_with("---"))
                || (line.starts_with('+') && !line.starts_with("+++"))
        };
        // `lines` would drop the carriage returns that some of these tests are about.
        diff.split('\n').filter(changed).map(str::to_owned).collect()
    }
}
