//! Order does not matter, and repeating does nothing: by the same id, by another one, and before the runner had recorded its work.

use hmac::{Hmac, KeyInit as _, Mac as _};
use pullwright_forge::Delivery;
use pullwright_harness::Rest;
use pullwright_testkit::wait;
use sha2::Sha256;
use uuid::Uuid;

use super::{boosted, kept, sent, wired};
use crate::{
    system::{PATIENCE, System},
    tidy::Asleep,
    webhooks::next_second,
};

/// Sends the body of a delivery again, as somebody who recorded it would: the signature still fits, the id is new.
async fn replayed(system: &System<'_>, recorded: &Delivery) -> pullwright_harness::rest::Answer {
    let name = system.wired.repository.split('/').next_back().unwrap();
    let secret =
        std::fs::read_to_string(system.stack.secrets().join(format!("{name}-webhook"))).unwrap();
    let body = recorded.request.body.to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.trim().as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let request = system
        .rest
        .request(reqwest::Method::POST, "/webhooks/github")
        .header("content-type", "application/json")
        .header("x-github-event", "pull_request")
        .header("x-github-delivery", Uuid::new_v4().to_string())
        .header("x-hub-signature-256", signature)
        .body(body);
    Rest::answer(request).await.unwrap()
}

/// §22.4: closed, reopened, closed; then `reopened` comes again.
#[tokio::test]
async fn a_replay_of_what_was_true_once_changes_nothing() {
    let system = wired("aba").await;
    let (proposal, pull) = system.opened(boosted()).await;
    let (forge, repository) = (system.stack.forge().unwrap(), &system.wired.repository);
    next_second(pull.updated_at).await;
    let closed = forge.close(repository, pull.number).await.unwrap();
    next_second(closed.updated_at).await;
    let reopened = forge.reopen(repository, pull.number).await.unwrap();
    next_second(reopened.updated_at).await;
    forge.close(repository, pull.number).await.unwrap();
    let told = || async {
        kept(&system)
            .await
            .iter()
            .filter(|one| one["event"] == "pull_request" && one["outcome"] != "noop")
            .count()
            >= 3
    };
    wait::until("all three are kept", PATIENCE, told).await.unwrap();
    assert_eq!(system.proposal(&proposal).await["pr_state"], "closed");
    let before = (system.proposal(&proposal).await, system.events(&proposal).await.len());

    let recorded = sent(&system, "reopened").await.remove(0);
    // By GitHub under the old id, and by somebody else under a new one.
    forge.redeliver(repository, recorded.id).await.unwrap();
    let answer = replayed(&system, &recorded).await;
    let again =
        || async { sent(&system, "reopened").await.iter().filter(|one| one.is_ok()).count() >= 2 };
    wait::until("the redelivery was answered", PATIENCE, again).await.unwrap();

    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!((system.proposal(&proposal).await, system.events(&proposal).await.len()), before);
}

/// §22.4: a merge within moments of opening, before T4 is written.
#[tokio::test]
async fn a_merge_that_is_told_before_the_pull_request_is_recorded_is_not_lost() {
    let asleep = Asleep::during("merged-early", "record_pull_request before", async |system| {
        let proposal = system.propose(boosted()).await;
        system.open(&proposal).await;
        proposal
    })
    .await;
    let system = asleep.system();
    let pull = system.pulls().await.remove(0);
    let forge = system.stack.forge().unwrap();

    forge.merge(&system.wired.repository, pull.number).await.unwrap();
    let told = || async { sent(&system, "closed").await.iter().any(Delivery::is_ok) };
    wait::until("the merge was told", PATIENCE, told).await.unwrap();
    assert_ne!(system.proposal(&asleep.proposal).await["status"], "pr_merged");
    asleep.wake();

    let now = system.until(&asleep.proposal, "pr_merged").await;
    assert_eq!(now["pr_url"].as_str(), Some(pull.html_url.as_str()));
    assert_eq!(system.pulls().await.len(), 1);
    assert_eq!(system.count(&asleep.proposal, "pull_request_merged").await, 1);
}
