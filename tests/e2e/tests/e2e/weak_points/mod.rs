//! Where the reference system breaks: each test claims that we do not, and would fail on its behaviour.
//!
//! `docs/RELIABILITY.md` is the table of all weak points with the tests that hold them, those of other folders included.

mod clone;
mod content;
mod contention;
mod crash_windows;
mod lost_answers;
mod lost_lease;
mod secrets;
mod shipped;
mod table;
mod time_limits;

use std::path::PathBuf;

use pullwright_forge::{ControlClient, Fault, FaultKind};
use pullwright_harness::{Service, Stack, WireOptions};
use pullwright_proto::runner::{
    ListLocksRequest, RepositoryLock, runner_service_client::RunnerServiceClient,
};
use pullwright_testkit::wait;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{
    crashes,
    system::{PATIENCE, System, logs},
};

static HASTY: OnceCell<Stack> = OnceCell::const_new();

/// A stack with short limits for tests in which calls hang or get lost; each aims at repositories of its own.
async fn hasty() -> &'static Stack {
    let start = || async {
        let options = crashes::hasty("weak-points");
        let options = options.with(Service::Runner, "RUNNER_GIT_FETCH_TIME_LIMIT", "2s");
        Stack::start(options).await.unwrap()
    };
    HASTY.get_or_init(start).await
}

/// A repository that is wired on a stack.
async fn wired_on(stack: &Stack, options: WireOptions) -> System<'_> {
    System { stack, rest: stack.rest().unwrap(), wired: stack.wire(options).await.unwrap() }
}

/// A change of one parameter of the usual file, another one for each `number`.
fn boost(number: usize) -> Value {
    json!({"boost": {"from": 1.0, "to": 2.0 + number as f64 / 100.0}})
}

/// An empty place for files of a test.
fn scratch(name: &str) -> PathBuf {
    let folder = std::path::absolute(logs(name)).unwrap();
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl System<'_> {
    /// Strikes the next call of this route for this repository; gives the fault's number.
    async fn strike(&self, route: &str, kind: FaultKind) -> u64 {
        let end = if route.starts_with("git.") { ".git/*" } else { "/*" };
        let path = format!("*/{}{end}", self.wired.repository);
        let fault = Fault { path: Some(path), ..Fault::on(route, kind).times(1) };
        self.forge().add_fault(fault).await.unwrap()
    }

    /// Waits until a fault has struck.
    async fn struck(&self, fault: u64) {
        let forge = self.forge();
        let look = || async {
            let all = forge.faults().await?;
            anyhow::Ok(all.iter().any(|record| record.id == fault && record.struck > 0))
        };
        wait::until(&format!("fault {fault} strikes"), PATIENCE, look).await.unwrap();
    }

    /// Waits until a proposal has so many events of a kind.
    async fn until_events(&self, proposal: &str, kind: &str, number: usize) {
        let look = || async { self.count(proposal, kind).await >= number };
        let claim = format!("proposal {proposal} has {number} events {kind}");
        if let Err(error) = wait::until(&claim, PATIENCE, look).await {
            panic!("{error}; events {:#?}", self.events(proposal).await);
        }
    }

    /// The only event of a kind.
    async fn event(&self, proposal: &str, kind: &str) -> Value {
        let mut events = self.events(proposal).await;
        events.retain(|event| event["kind"] == kind);
        assert_eq!(events.len(), 1, "{kind}: {events:#?}");
        events.remove(0)
    }

    /// One branch of ours with one open pull request on its tip, which the proposal names.
    async fn has_exactly_one(&self, proposal: &str, told: &str) -> pullwright_forge::world::Pull {
        let now = self.proposal(proposal).await;
        let mut pulls = self.pulls().await;
        assert_eq!(pulls.len(), 1, "{told}: {pulls:#?}");
        let pull = pulls.remove(0);
        let known = json!([now["status"], now["pr_state"], now["pr_url"], now["pr_open_error"]]);
        assert_eq!(known, json!(["pr_opened", "open", pull.html_url, null]), "{told}");
        let branches = self.forge().branches(&self.wired.repository).await.unwrap();
        assert_eq!(branches.len(), 2, "{told}: {branches:?}");
        let tip = branches.iter().find(|branch| branch.name == pull.head_ref).unwrap();
        assert_eq!(tip.oid, pull.head_sha, "{told}");
        assert_eq!(self.count(proposal, "pull_request_opened").await, 1, "{told}");
        pull
    }

    /// The lock of this repository, as an operator sees it.
    async fn lock(&self) -> Option<RepositoryLock> {
        let stack = self.stack;
        let connection = stack.grpc(stack.ports.runner, &stack.credentials.service_operator);
        let mut runner = RunnerServiceClient::new(connection.unwrap());
        let locks = runner.list_locks(ListLocksRequest::default()).await.unwrap();
        let ours = |lock: &RepositoryLock| lock.repository_id == self.wired.config_repo_id;
        locks.into_inner().locks.into_iter().find(ours)
    }

    /// Waits until the runner has ended all that it did here: no lock is left.
    async fn until_unlocked(&self) {
        let look = || async { self.lock().await.is_none() };
        wait::until("no lock is left", PATIENCE, look).await.unwrap();
    }

    fn forge(&self) -> ControlClient {
        self.stack.forge().unwrap()
    }
}
