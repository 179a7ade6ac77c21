//! Answers that get lost and attempts that fail: still one branch and one pull request.

use pullwright_forge::{Fault, FaultKind};
use pullwright_harness::{Stack, StackOptions, WireOptions};
use serde_json::json;

use crate::system::{System, logs};

/// Faults strike whoever calls, so these tests have a forge of their own.
async fn system<'s>(stack: &'s Stack, name: &str) -> System<'s> {
    System {
        stack,
        rest: stack.rest().unwrap(),
        wired: stack.wire(WireOptions::new(name)).await.unwrap(),
    }
}

#[tokio::test]
async fn a_lost_answer_is_followed_by_a_look_and_never_by_a_second_effect() {
    let stack = Stack::start(StackOptions::new(logs("lost-answers"))).await.unwrap();
    let forge = stack.forge().unwrap();
    for (name, route) in [("lost-push", "git.receive-pack"), ("lost-pull", "pulls.create")] {
        let system = system(&stack, name).await;
        forge.add_fault(Fault::on(route, FaultKind::DropAfterEffect).times(1)).await.unwrap();

        let (proposal, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;

        let struck: u32 = forge.faults().await.unwrap().iter().map(|fault| fault.struck).sum();
        assert_eq!(struck, 1, "{name}: the fault did not strike");
        assert_eq!(system.pulls().await.len(), 1, "{name}");
        let branches = forge.branches(&system.wired.repository).await.unwrap();
        assert_eq!(branches.len(), 2, "{name}: the base and {}", pull.head_ref);
        let opened = system
            .events(&proposal)
            .await
            .into_iter()
            .find(|event| event["kind"] == "pull_request_opened")
            .unwrap();
        assert_eq!(opened["facts"]["adopted"], "true", "{name}: {opened}");
        forge.clear_faults().await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_away_for_a_moment_is_asked_again() {
    let stack = Stack::start(StackOptions::new(logs("away"))).await.unwrap();
    let forge = stack.forge().unwrap();
    for (name, route) in [
        ("away-fetch", "git.upload-pack"),
        ("away-push", "git.receive-pack"),
        ("away-pull", "pulls.create"),
    ] {
        let system = system(&stack, name).await;
        let away =
            FaultKind::Status { code: 503, body: String::new(), headers: Default::default() };
        forge.add_fault(Fault::on(route, away).times(1)).await.unwrap();

        let (proposal, _) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;

        assert_eq!(system.pulls().await.len(), 1, "{name}");
        assert_eq!(system.count(&proposal, "attempt_failed").await, 1, "{name}");
        assert_eq!(
            system.proposal(&proposal).await["pr_open_error"],
            serde_json::Value::Null,
            "{name}"
        );
        forge.clear_faults().await.unwrap();
    }
}

#[tokio::test]
async fn ac_10_a_proposal_rejected_while_it_is_being_opened_ends_rejected_and_closed() {
    let stack = Stack::start(StackOptions::new(logs("rejected"))).await.unwrap();
    let forge = stack.forge().unwrap();
    let system = system(&stack, "rejected").await;
    forge
        .add_fault(Fault::on("pulls.create", FaultKind::Delay { ms: 1500 }).times(1))
        .await
        .unwrap();
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    system.open(&proposal).await;
    system.until_struck(&forge).await;

    let reject = json!({"reason": "not now"});
    system
        .rest
        .post(&format!("/api/v1/proposals/{proposal}/reject"), &reject)
        .await
        .unwrap()
        .expect(200)
        .unwrap();

    let now = system
        .until_it(&proposal, "rejected and closed", |now| {
            now["status"] == "rejected" && now["pr_state"] == "closed"
        })
        .await;
    assert_eq!(now["rejected_reason"], "not now");
    assert!(now["pr_url"].is_string());
    let branch = format!("pullwright/proposal-{proposal}");
    let gone = || async {
        anyhow::Ok(forge.branch_tip(&system.wired.repository, &branch).await?.is_none())
    };
    pullwright_testkit::wait::until("the branch is gone", crate::system::PATIENCE, gone)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_runner_that_is_killed_is_replaced_and_the_pull_request_is_still_one() {
    let options = crate::crashes::hasty("killed");
    let mut stack = Stack::start(options).await.unwrap();
    let forge = stack.forge().unwrap();
    let wired = stack.wire(WireOptions::new("killed")).await.unwrap();
    forge.add_fault(Fault::on("pulls.create", FaultKind::HangAfterEffect).times(1)).await.unwrap();
    let proposal = {
        let system = System { stack: &stack, rest: stack.rest().unwrap(), wired: wired.clone() };
        let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
        system.open(&proposal).await;
        system.until_struck(&forge).await;
        proposal
    };
    stack.process(pullwright_harness::Service::Runner).unwrap().kill9().unwrap();
    stack.launch(pullwright_harness::Service::Runner).unwrap();

    let system = System { stack: &stack, rest: stack.rest().unwrap(), wired };
    system.until(&proposal, "pr_opened").await;
    assert_eq!(system.pulls().await.len(), 1);
    assert_eq!(forge.branches(&system.wired.repository).await.unwrap().len(), 2);
}

impl System<'_> {
    /// Waits until a fault has struck.
    pub(crate) async fn until_struck(&self, forge: &pullwright_forge::ControlClient) {
        let look =
            || async { anyhow::Ok(forge.faults().await?.iter().any(|fault| fault.struck > 0)) };
        pullwright_testkit::wait::until("the fault strikes", crate::system::PATIENCE, look)
            .await
            .unwrap();
    }
}
