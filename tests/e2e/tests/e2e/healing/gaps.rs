//! Deliveries that never came are found in GitHub's log and asked for again; here nothing else heals.

use pullwright_forge::DeliveryPolicy;
use pullwright_harness::{Service, Stack};
use pullwright_testkit::wait;

use super::{boosted, healing, kept, on, sent, until_watched};
use crate::{
    system::{PATIENCE, System},
    webhooks::next_second,
};

/// A stack that looks at no pull request by itself.
async fn stack(name: &str) -> Stack {
    let options = healing(name).with(Service::Proposal, "PROPOSAL_RECONCILE_EVERY", "1h").with(
        Service::Proposal,
        "PROPOSAL_CLOSED_LOOK_AFTER",
        "1h",
    );
    Stack::start(options).await.unwrap()
}

/// How often the ledger keeps a delivery with this id.
async fn times_kept(system: &System<'_>, guid: &str) -> usize {
    kept(system).await.iter().filter(|delivery| delivery["delivery_id"] == guid).count()
}

#[tokio::test]
async fn what_came_while_ingress_was_away_is_asked_for_again() {
    let mut stack = stack("gap-away").await;
    let (proposal, pull, wired) = {
        let system = on(&stack, "gap-away").await;
        let (proposal, pull) = system.opened(boosted()).await;
        (proposal, pull, system.wired)
    };
    let forge = stack.forge().unwrap();
    stack.crash(Service::Ingress).unwrap();

    forge.merge(&wired.repository, pull.number).await.unwrap();
    let failed = || async { anyhow::Ok(forge.delivery_counts().await?.pending == 0) };
    wait::until("the delivery has failed", PATIENCE, failed).await.unwrap();
    stack.restart(Service::Ingress).unwrap();
    stack.wait_until_ready().await.unwrap();

    let system = System { stack: &stack, rest: stack.rest().unwrap(), wired };
    system.until(&proposal, "pr_merged").await;
    let closed = sent(&system, "closed").await;
    assert!(closed.len() >= 2 && closed.iter().skip(1).all(|delivery| delivery.redelivery));
    assert_eq!(times_kept(&system, &closed[0].guid).await, 1);
    let events = system.events(&proposal).await;
    let merged = events.iter().find(|event| event["kind"] == "pull_request_merged").unwrap();
    assert_eq!(merged["actor"], "github", "by a delivery, not by a look");
    until_watched(&system, "nothing is missing", |now| {
        now["deliveries_missing"] == 0 && now["deliveries_checked_until"].is_string()
    })
    .await;
}

#[tokio::test]
async fn what_github_could_not_send_is_asked_for_until_it_came() {
    let stack = stack("gap-dropped").await;
    let system = on(&stack, "gap-dropped").await;
    let (proposal, pull) = system.opened(boosted()).await;
    let (forge, hook) = (stack.forge().unwrap(), system.wired.hook);
    let policy = |redeliveries| DeliveryPolicy {
        drop_percent: 100,
        redeliveries,
        ..DeliveryPolicy::default()
    };
    // Not even the first attempts that are asked for arrive.
    forge.set_delivery_policy(hook, policy(true)).await.unwrap();
    next_second(pull.updated_at).await;
    forge.close(&system.wired.repository, pull.number).await.unwrap();
    let asked = || async { sent(&system, "closed").await.len() >= 2 };
    wait::until("it was asked for once", PATIENCE, asked).await.unwrap();
    assert_eq!(system.proposal(&proposal).await["pr_state"], "open");

    forge.set_delivery_policy(hook, policy(false)).await.unwrap();

    system.until_it(&proposal, "closed", |now| now["pr_state"] == "closed").await;
    let closed = sent(&system, "closed").await;
    assert_eq!(times_kept(&system, &closed[0].guid).await, 1);
    assert!(closed.len() <= 6, "it is asked for five times at most: {}", closed.len());
    assert_eq!(system.count(&proposal, "pull_request_closed").await, 1);
}
