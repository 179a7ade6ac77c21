//! A runner that sleeps through its lease and wakes with an effect in its hands: what it does then is tidied up.

use pullwright_forge::PullState;
use pullwright_harness::{Process, Service, Stack, WireOptions, Wired};
use pullwright_testkit::wait;
use serde_json::{Value, json};

use crate::{
    crashes::hasty,
    system::{PATIENCE, System, logs},
    webhooks::next_second,
};

/// A stack whose runner fell asleep at a step of a job of a proposal.
pub(crate) struct Asleep {
    stack: Stack,
    wired: Wired,
    pub(crate) proposal: String,
}

impl Asleep {
    /// Puts the runner to sleep at `place`, such as `push before`, on the way to a pull request.
    async fn at(name: &str, place: &str) -> Self {
        let work = async |system: &System<'_>| {
            let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
            system.open(&proposal).await;
            proposal
        };
        Self::during(name, place, work).await
    }

    /// Puts the runner to sleep at `place` on some work, which gives the proposal that it is about.
    pub(crate) async fn during(
        name: &str,
        place: &str,
        work: impl AsyncFnOnce(&System<'_>) -> String,
    ) -> Self {
        let folder = std::path::absolute(logs(&format!("{name}-failpoint"))).unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        let failpoint = folder.join("armed");
        let options = hasty(name).with(Service::Proposal, "PROPOSAL_TIDY_AFTER", "1s").with(
            Service::Runner,
            "RUNNER_FAILPOINT_FILE",
            failpoint.to_str().unwrap(),
        );
        let stack = Stack::start(options).await.unwrap();
        let wired = stack.wire(WireOptions::new(name)).await.unwrap();
        std::fs::write(&failpoint, format!("{place} stop")).unwrap();
        let system = System { stack: &stack, rest: stack.rest().unwrap(), wired: wired.clone() };
        let proposal = work(&system).await;
        let sleeper = stack.process(Service::Runner).unwrap();
        wait::until("the runner sleeps", PATIENCE, || async { sleeper.is_suspended() })
            .await
            .unwrap_or_else(|error| {
                panic!("{error}; are the binaries built with `--features pullwright-runner/failpoints`, as `make test` does?")
            });
        Self { stack, wired, proposal }
    }

    pub(crate) fn system(&self) -> System<'_> {
        System { stack: &self.stack, rest: self.stack.rest().unwrap(), wired: self.wired.clone() }
    }

    /// A second runner, which finds the lane free once the sleeper's lease is over.
    pub(crate) fn other_runner(&self) -> Process {
        let data = self.stack.folder().join("runner-beside");
        let changed =
            [("RUNNER_LISTEN", "127.0.0.1:0"), ("RUNNER_DATA_DIR", data.to_str().unwrap())];
        self.stack.launch_beside(Service::Runner, &changed).unwrap()
    }

    pub(crate) fn wake(&self) {
        self.stack.process(Service::Runner).unwrap().resume().unwrap();
    }

    /// The facts of the first tidying of which this holds, once there is one.
    pub(crate) async fn tidied(&self, claim: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let holds = &holds;
        let tidied = || async {
            let events = self.system().events(&self.proposal).await;
            let tidied = events.into_iter().filter(|event| event["kind"] == "tidied");
            tidied.map(|event| event["facts"].clone()).find(holds)
        };
        match wait::until(&format!("it was tidied up: {claim}"), PATIENCE, tidied).await {
            Ok(facts) => facts,
            Err(error) => {
                panic!("{error}; events {:#?}", self.system().events(&self.proposal).await)
            }
        }
    }

    /// Waits until these pull requests are open, and the branch is there or not.
    async fn until_left(&self, open: &[u64], branch: bool) {
        let hoped = (open.to_vec(), branch);
        let look = || async { self.left().await == hoped };
        if let Err(error) = wait::until(&format!("{hoped:?} is left"), PATIENCE, look).await {
            panic!("{error}; events {:#?}", self.system().events(&self.proposal).await);
        }
    }

    /// Waits until the sleeper was heard of with its old token, had no job left, and was tidied up after.
    async fn heard(&self) {
        let sleeper = self.stack.process(Service::Runner).unwrap();
        let told = || async {
            let log = std::fs::read_to_string(sleeper.log()).unwrap();
            log.contains("the lease is lost")
        };
        wait::until("the sleeper stops", PATIENCE, told).await.unwrap();
        let settled = || async {
            let events = self.system().events(&self.proposal).await;
            let count = |kind: &str| events.iter().filter(|event| event["kind"] == kind).count();
            count("tidy_queued") <= count("tidied")
        };
        wait::until("all that was queued is tidied up", PATIENCE, settled).await.unwrap();
    }

    /// The numbers of the open pull requests, and whether the branch is there.
    async fn left(&self) -> (Vec<u64>, bool) {
        let open =
            self.system().pulls().await.into_iter().filter(|pull| pull.state == PullState::Open);
        let branch = format!("pullwright/proposal-{}", self.proposal);
        let tip = self.stack.forge().unwrap().branch_tip(&self.wired.repository, &branch).await;
        (open.map(|pull| pull.number).collect(), tip.unwrap().is_some())
    }
}

#[tokio::test]
async fn a_branch_that_is_pushed_after_the_rejection_is_deleted() {
    let asleep = Asleep::at("sleeper-rejected", "push before").await;
    let reject = format!("/api/v1/proposals/{}/reject", asleep.proposal);
    let reason = json!({"reason": "not now"});
    asleep.system().rest.post(&reject, &reason).await.unwrap().expect(200).unwrap();
    let _other = asleep.other_runner();
    asleep.tidied("after its lease", |_| true).await;
    asleep.until_left(&[], false).await;

    asleep.wake();
    // Nobody else pushed: a branch that is deleted is the sleeper's.
    asleep.tidied("its branch", |facts| facts["delete_branch_ms"].is_string()).await;
    asleep.until_left(&[], false).await;
    let now = asleep.system().proposal(&asleep.proposal).await;
    assert_eq!((&now["status"], &now["pr_open_error"]), (&json!("rejected"), &Value::Null));
}

#[tokio::test]
async fn a_pull_request_that_is_created_after_the_rejection_does_not_stay() {
    let asleep = Asleep::at("sleeper-late", "create_pull_request before").await;
    let reject = format!("/api/v1/proposals/{}/reject", asleep.proposal);
    let reason = json!({"reason": "not now"});
    asleep.system().rest.post(&reject, &reason).await.unwrap().expect(200).unwrap();
    let _other = asleep.other_runner();
    asleep.tidied("after its lease", |_| true).await;
    asleep.until_left(&[], false).await;

    asleep.wake();
    asleep.heard().await;
    asleep.until_left(&[], false).await;
}

#[tokio::test]
async fn a_second_pull_request_for_one_that_was_closed_is_closed_with_its_branch() {
    let asleep = Asleep::at("sleeper-closed", "create_pull_request before").await;
    let _other = asleep.other_runner();
    let now = asleep.system().until(&asleep.proposal, "pr_opened").await;
    let recorded = asleep.system().pull(now["pr_url"].as_str().unwrap()).await;
    let (recorded, opened_at) = (recorded.number, recorded.updated_at);
    let tidied = asleep.tidied("after its lease", |_| true).await;
    // On a busy machine the tidying comes before the second runner is done; the branch stays either way.
    let kept = tidied["branch_kept_reason"].as_str().unwrap();
    let needed = format!("pull request #{recorded} needs it");
    assert!([needed.as_str(), "the proposal waits for its pull request"].contains(&kept), "{kept}");
    assert_eq!(asleep.left().await, (vec![recorded], true));
    // GitHub's stamps have whole seconds: what follows must be newer to be believed.
    next_second(opened_at).await;
    let forge = asleep.stack.forge().unwrap();
    forge.close(&asleep.wired.repository, recorded).await.unwrap();
    let closed = |now: &Value| now["pr_state"] == "closed";
    asleep.system().until_it(&asleep.proposal, "it is closed", closed).await;

    asleep.wake();
    let second = format!("#{}", recorded + 1);
    asleep.tidied("the sleeper's", |facts| facts["closed_numbers"] == second.as_str()).await;
    asleep.until_left(&[], false).await;
    assert_eq!(asleep.system().pulls().await.len(), 2, "the sleeper made a second one");
    let now = asleep.system().proposal(&asleep.proposal).await;
    assert!(now["pr_url"].as_str().unwrap().ends_with(&format!("/{recorded}")), "{now}");
}

#[tokio::test]
async fn without_a_rejection_there_is_exactly_one_pull_request() {
    for (name, place) in
        [("sleeper-push", "push before"), ("sleeper-create", "create_pull_request before")]
    {
        let asleep = Asleep::at(name, place).await;
        let _other = asleep.other_runner();
        asleep.system().until(&asleep.proposal, "pr_opened").await;
        asleep.tidied("after its lease", |_| true).await;

        asleep.wake();
        asleep.heard().await;
        let pulls = asleep.system().pulls().await;
        assert_eq!(pulls.len(), 1, "{name}");
        assert_eq!(asleep.left().await, (vec![pulls[0].number], true), "{name}");
        let now = asleep.system().proposal(&asleep.proposal).await;
        assert_eq!(
            (&now["status"], &now["pr_url"]),
            (&json!("pr_opened"), &json!(pulls[0].html_url)),
            "{name}"
        );
    }
}
