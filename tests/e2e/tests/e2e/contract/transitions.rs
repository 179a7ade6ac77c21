//! §3 through the forge: what an open pull request becomes when its proposal is rejected, gives way, comes back, or is opened again.

use std::time::SystemTime;

use pullwright_forge::world::Pull;
use pullwright_harness::WireOptions;
use pullwright_testkit::wait;
use serde_json::{Value, json};

use super::{
    ask::Ask,
    world::{World, fresh},
};
use crate::system::{PATIENCE, System};

/// A proposal with an open pull request in a repository of its own.
async fn opened(world: &World, name: &str) -> (System<'static>, String, Pull) {
    let system = world.wired(WireOptions::new(&fresh(name))).await;
    let (proposal, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    (system, proposal, pull)
}

/// Waits until a pull request is closed, unmerged, and its branch is gone.
async fn until_called_back(system: &System<'_>, pull: &Pull) {
    let forge = system.stack.forge().unwrap();
    let repository = &system.wired.repository;
    let look = || async {
        let now = forge.pull(repository, pull.number).await?;
        let tip = forge.branch_tip(repository, &pull.head_ref).await?;
        anyhow::Ok(!now.is_open() && tip.is_none())
    };
    wait::until(
        &format!("pull request {} is closed and its branch gone", pull.number),
        PATIENCE,
        look,
    )
    .await
    .unwrap();
    assert!(!forge.pull(repository, pull.number).await.unwrap().merged);
    assert!(forge.branch_tip(repository, "main").await.unwrap().is_some());
}

/// Closes a pull request on GitHub as a person would: in a later second than the one in which it last changed. GitHub tells
/// times in whole seconds, and of two things in one second the ledger cannot say which was last.
async fn close(system: &System<'_>, pull: &Pull) {
    later(system, pull).await;
    let forge = system.stack.forge().unwrap();
    forge.close(&system.wired.repository, pull.number).await.unwrap();
}

/// Waits for a later second than the one in which a pull request last changed.
async fn later(system: &System<'_>, pull: &Pull) {
    let forge = system.stack.forge().unwrap();
    let changed = forge.pull(&system.wired.repository, pull.number).await.unwrap().updated_at;
    let now = || jiff::Timestamp::try_from(SystemTime::now()).unwrap().as_second();
    let passed = || async { now() > changed.as_second() };
    wait::until("the next second has begun", PATIENCE, passed).await.unwrap();
}

/// Waits until the system knows that a proposal's pull request is closed.
async fn until_closed(system: &System<'_>, proposal: &str) -> Value {
    system.until_it(proposal, "its pull request is closed", |now| now["pr_state"] == "closed").await
}

/// §18.1 AC-10 as `decisions.md` 4 has it; the reference leaves the pull request open for ever (§22.4, §22.3).
#[tokio::test]
async fn an_open_pull_request_is_closed_and_its_branch_deleted_when_its_proposal_is_rejected() {
    let world = World::enter().await;
    let (system, proposal, pull) = opened(&world, "contract-reject").await;
    let body = json!({"reason": "the gain is within the noise"});
    let ask = Ask::of(&proposal).with(&body);
    let rejected = world.get("POST", "/api/v1/proposals/{id}/reject", &ask, 200).await;
    assert_eq!(
        (&rejected["status"], &rejected["rejected_reason"]),
        (&json!("rejected"), &body["reason"])
    );
    until_called_back(&system, &pull).await;
    let now = until_closed(&system, &proposal).await;
    assert_eq!((&now["status"], &now["pr_url"]), (&json!("rejected"), &json!(pull.html_url)));
    for call in ["open_pr", "reject", "supersede", "reinstate"] {
        let path = format!("/api/v1/proposals/{{id}}/{call}");
        let refused = world.ask("POST", &path, &Ask::of(&proposal)).await;
        assert_eq!(refused.error_code(), "INVALID_STATE_TRANSITION", "{call}");
    }
}

/// §3's T6 while the job is under way: whatever it has done by then is called back.
#[tokio::test]
async fn a_pull_request_that_is_being_opened_is_called_back_when_its_proposal_is_rejected() {
    let world = World::enter().await;
    let system = world.wired(WireOptions::new(&fresh("contract-early"))).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    world.act("open_pr", &proposal).await;
    let rejected = world.act("reject", &proposal).await;
    assert_eq!(rejected["status"], "rejected");
    let settled = |now: &Value| now["is_opening"] == false;
    system.until_it(&proposal, "nothing is under way", settled).await;
    let forge = system.stack.forge().unwrap();
    let look = || async {
        let why = world.get("GET", "/api/v1/proposals/{id}/why", &Ask::of(&proposal), 200).await;
        let open = forge.pulls(&system.wired.repository).await?.iter().any(Pull::is_open);
        let branches = forge.branches(&system.wired.repository).await?.len();
        anyhow::Ok(why["pending_work"].is_null() && !open && branches == 1)
    };
    wait::until("nothing is open and only the base is left", PATIENCE, look).await.unwrap();
    assert_eq!(system.proposal(&proposal).await["status"], "rejected");
}

/// §15 by hand, and back: the history stays, and what is opened next is another generation.
#[tokio::test]
async fn a_superseded_proposal_comes_back_and_is_opened_as_a_second_generation() {
    let world = World::enter().await;
    let (system, proposal, pull) = opened(&world, "contract-supersede").await;
    let by = system.propose(json!({"boost": {"from": 1.0, "to": 3.5}})).await;
    let body = json!({"superseded_by_proposal_id": by, "reason": "a later study found more"});
    let superseded = Ask::of(&proposal).with(&body);
    let superseded = world.get("POST", "/api/v1/proposals/{id}/supersede", &superseded, 200).await;
    assert_eq!(
        (&superseded["status"], &superseded["superseded_by_proposal_id"]),
        (&json!("superseded"), &json!(by))
    );
    let early = world.ask("POST", "/api/v1/proposals/{id}/reinstate", &Ask::of(&proposal)).await;
    if early.status != 200 {
        assert_eq!(early.error_code(), "INVALID_STATE_TRANSITION");
        assert!(early.text.contains("pull request"), "{}", early.text);
    }
    until_called_back(&system, &pull).await;
    let back = || async {
        let ask = Ask::of(&proposal);
        let answer = world.ask("POST", "/api/v1/proposals/{id}/reinstate", &ask).await;
        (answer.status == 200).then_some(answer.body)
    };
    let back = match early.status {
        200 => early.body,
        _ => wait::until("it comes back once its pull request is settled", PATIENCE, back)
            .await
            .unwrap(),
    };
    assert_eq!(
        (&back["status"], &back["pr_url"], &back["pr_state"]),
        (&json!("pending"), &json!(null), &json!(null))
    );
    assert_eq!(back["superseded_by_proposal_id"], json!(null));

    world.act("open_pr", &proposal).await;
    let now = system.until(&proposal, "pr_opened").await;
    let second = system.pull(now["pr_url"].as_str().unwrap()).await;
    assert_eq!(
        (now["generation"].as_i64(), second.head_ref.ends_with("-2")),
        (Some(2), true),
        "{}",
        second.head_ref
    );
    assert_eq!(open_pulls(&system).await, [second.number]);
    let events = system.events(&proposal).await;
    let kinds: Vec<_> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    for kind in ["proposal_superseded", "proposal_reinstated"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert_eq!(kinds.iter().filter(|kind| **kind == "pull_request_opened").count(), 2, "{kinds:?}");
}

async fn open_pulls(system: &System<'_>) -> Vec<u64> {
    let pulls = system.pulls().await;
    pulls.iter().filter(|pull| pull.is_open()).map(|pull| pull.number).collect()
}

/// §22.4: `(pr_opened, closed)` has a way out; §20's `#204`.
#[tokio::test]
async fn a_pull_request_that_was_closed_is_opened_again_as_number_two_on_a_branch_of_its_own() {
    let world = World::enter().await;
    let (system, proposal, first) = opened(&world, "contract-again").await;
    let forge = system.stack.forge().unwrap();
    close(&system, &first).await;
    let closed = until_closed(&system, &proposal).await;
    assert_eq!(closed["status"], "pr_opened");

    world.act("open_pr", &proposal).await;
    let reopened = |now: &Value| now["status"] == "pr_opened" && now["pr_state"] == "open";
    let now = system.until_it(&proposal, "it is opened again", reopened).await;
    let second = system.pull(now["pr_url"].as_str().unwrap()).await;
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!(second.head_ref, format!("{}-2", first.head_ref));
    assert_eq!((&now["generation"], &now["branch"]), (&json!(2), &json!(second.head_ref)));
    assert_eq!(open_pulls(&system).await, [2]);

    // Somebody opens the first one again on GitHub: there are never two.
    later(&system, &first).await;
    let again = forge.reopen(&system.wired.repository, first.number).await;
    if again.is_ok() {
        let one = || async { open_pulls(&system).await == [2] };
        wait::until("only the second one stays open", PATIENCE, one).await.unwrap();
    }
    forge.merge(&system.wired.repository, second.number).await.unwrap();
    let merged = system.until(&proposal, "pr_merged").await;
    assert_eq!(merged["pr_url"], json!(second.html_url));
}

/// T12, and T9 after it.
#[tokio::test]
async fn a_pull_request_that_is_closed_and_opened_on_github_is_the_same_one() {
    let world = World::enter().await;
    let (system, proposal, pull) = opened(&world, "contract-reopen").await;
    let forge = system.stack.forge().unwrap();
    close(&system, &pull).await;
    until_closed(&system, &proposal).await;
    later(&system, &pull).await;
    forge.reopen(&system.wired.repository, pull.number).await.unwrap();
    let open = |now: &Value| now["pr_state"] == "open";
    let now = system.until_it(&proposal, "it is open again", open).await;
    assert_eq!((&now["status"], &now["generation"]), (&json!("pr_opened"), &json!(1)));
    forge.merge(&system.wired.repository, pull.number).await.unwrap();
    system.until(&proposal, "pr_merged").await;
}

/// A closed one may be given up: nothing is left to call back.
#[tokio::test]
async fn a_closed_pull_request_can_be_rejected_and_stays_closed() {
    let world = World::enter().await;
    let (system, proposal, pull) = opened(&world, "contract-given-up").await;
    close(&system, &pull).await;
    until_closed(&system, &proposal).await;
    assert_eq!(world.act("reject", &proposal).await["status"], "rejected");
    let why = world.get("GET", "/api/v1/proposals/{id}/why", &Ask::of(&proposal), 200).await;
    assert_eq!(why["pending_work"], json!(null), "nothing is left to do: {why}");
    assert_eq!(open_pulls(&system).await, [] as [u64; 0]);
}
