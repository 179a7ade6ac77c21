//! The acceptance criteria of the webhook receiver.

use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use pullwright_forge::{NewCommit, world::NewPull};
use pullwright_harness::{Rest, WireOptions, rest::Answer};
use pullwright_testkit::wait;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::system::{self, PATIENCE, System};

/// What the forge noted about the answer to its last delivery of an event.
async fn answer_to_last(system: &System<'_>, event: &str, action: Option<&str>) -> Value {
    let look = || async {
        let deliveries = system.stack.forge()?.deliveries(&system.wired.repository).await?;
        let of_event = |delivery: &Value| {
            delivery["event"] == event && action.is_none_or(|action| delivery["action"] == action)
        };
        let last = deliveries
            .iter()
            .rev()
            .map(|delivery| serde_json::to_value(delivery).unwrap())
            .find(of_event);
        anyhow::Ok(last.filter(|delivery| delivery["status"] != "pending"))
    };
    wait::until(&format!("the forge has an answer to {event}"), PATIENCE, look).await.unwrap()
}

async fn deliver(system: &System<'_>, body: &Value, secret: &str) -> Answer {
    let bytes = serde_json::to_vec(body).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(&bytes);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let request = system
        .rest
        .request(reqwest::Method::POST, "/webhooks/github")
        .header("content-type", "application/json")
        .header("x-github-event", "pull_request")
        .header(
            "x-github-delivery",
            format!("{:x}", u128::from_be_bytes(bytes[..16].try_into().unwrap())),
        )
        .header("x-hub-signature-256", signature)
        .body(bytes);
    Rest::answer(request).await.unwrap()
}

#[tokio::test]
async fn ac_1_a_merge_is_known_within_five_seconds() {
    let system = system::wired(WireOptions::new("wh-1")).await;
    let (proposal, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let merged =
        system.stack.forge().unwrap().merge(&system.wired.repository, pull.number).await.unwrap();

    let look = || async {
        let now = system.proposal(&proposal).await;
        anyhow::Ok((now["status"] == "pr_merged").then_some(now))
    };
    let now = wait::until("the proposal is merged", Duration::from_secs(5), look).await.unwrap();

    assert_eq!(now["pr_state"], "merged");
    let merged_at = now["pr_merged_at"].as_str().unwrap().parse().ok();
    assert_eq!(merged_at, merged.merged_at);
    assert_eq!(now["is_currently_live"], true);
    let config_repo = system
        .rest
        .get(&format!("/api/v1/config-repos/{}", system.wired.config_repo_id))
        .await
        .unwrap();
    assert_eq!(config_repo.body["last_merged_proposal"]["id"], proposal.as_str());
}

#[tokio::test]
async fn ac_2_a_bad_signature_and_an_unknown_repository_are_one_answer_and_change_nothing() {
    let system = system::wired(WireOptions::new("wh-2")).await;
    let (proposal, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let before = system.proposal(&proposal).await;
    let body = |full_name: &str| {
        json!({"action": "closed", "repository": {"full_name": full_name, "id": 1}, "number": pull.number,
               "pull_request": {"number": pull.number, "state": "closed", "merged": true, "html_url": pull.html_url,
                                "merged_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}})
    };

    let forged = deliver(&system, &body(&system.wired.repository), "not the secret").await;
    let unknown = deliver(&system, &body("nobody/nothing"), "not the secret").await;

    assert_eq!((forged.status, forged.error_code()), (403, "INVALID_SIGNATURE"));
    assert_eq!((unknown.status, &unknown.body), (forged.status, &forged.body));
    assert_eq!(system.proposal(&proposal).await, before);
}

#[tokio::test]
async fn a_secret_of_one_repository_says_nothing_about_another() {
    let ours = system::wired(WireOptions::new("wh-ours")).await;
    let theirs = system::wired(WireOptions::new("wh-theirs")).await;
    let (proposal, pull) = ours.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let secret = std::fs::read_to_string(ours.stack.secrets().join("wh-theirs-webhook")).unwrap();
    let body = json!({"action": "closed", "repository": {"full_name": theirs.wired.repository}, "number": pull.number,
               "pull_request": {"number": pull.number, "state": "closed", "merged": true, "html_url": pull.html_url,
                                "merged_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}});

    let answer = deliver(&ours, &body, secret.trim()).await;

    assert_eq!(
        (answer.status, &answer.body["action"]),
        (200, &json!("unknown_pr")),
        "{}",
        answer.text
    );
    assert_eq!(ours.proposal(&proposal).await["status"], "pr_opened");
}

#[tokio::test]
async fn ac_4_a_ping_is_answered_as_one() {
    let system = system::wired(WireOptions::new("wh-4")).await;
    let delivery = answer_to_last(&system, "ping", None).await;
    assert_eq!(delivery["status_code"], 200, "{delivery:#}");
    assert!(delivery.to_string().contains("ping"), "{delivery:#}");
}

#[tokio::test]
async fn ac_5_a_pull_request_that_nobody_proposed_is_unknown() {
    let system = system::wired(WireOptions::new("wh-5")).await;
    let forge = system.stack.forge().unwrap();
    let commit =
        NewCommit { from: Some("main".to_owned()), ..NewCommit::file("theirs", "x.txt", "x", "x") };
    forge.push_commit(&system.wired.repository, commit).await.unwrap();
    let new = NewPull {
        title: "x".into(),
        head: "theirs".into(),
        base: None,
        body: None,
        draft: false,
        actor: None,
    };
    let pull = forge.open_pull(&system.wired.repository, new).await.unwrap();
    forge.close(&system.wired.repository, pull.number).await.unwrap();

    let delivery = answer_to_last(&system, "pull_request", Some("closed")).await;

    assert_eq!(delivery["status_code"], 200, "{delivery:#}");
    assert!(delivery.to_string().contains("unknown_pr"), "{delivery:#}");
}

#[tokio::test]
async fn closed_and_reopened_on_github_are_closed_and_open_here() {
    let system = system::wired(WireOptions::new("wh-reopen")).await;
    let (proposal, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let forge = system.stack.forge().unwrap();
    // GitHub's stamps have whole seconds: what follows must be newer to be believed.
    next_second(pull.updated_at).await;
    let closed = forge.close(&system.wired.repository, pull.number).await.unwrap();
    system
        .until_it(&proposal, "closed", |now| {
            now["pr_state"] == "closed" && now["status"] == "pr_opened"
        })
        .await;
    next_second(closed.updated_at).await;
    forge.reopen(&system.wired.repository, pull.number).await.unwrap();
    system
        .until_it(&proposal, "open", |now| {
            now["pr_state"] == "open" && now["status"] == "pr_opened"
        })
        .await;
}

/// Waits until the machine's clock shows a later second than this one.
pub(crate) async fn next_second(than: Timestamp) {
    let than = u64::try_from(than.as_second()).unwrap();
    let look = || async {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        anyhow::Ok(now > than)
    };
    wait::until("a second has passed", PATIENCE, look).await.unwrap();
}
