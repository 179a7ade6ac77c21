//! Pull requests that changed while nobody was told are seen all the same; what cannot be seen is explained and stops nobody else.

use pullwright_forge::PullState;
use serde_json::Value;

use super::{boosted, silenced, until_watched, wired};
use crate::system::System;

/// Waits until the explanation of a proposal says this.
async fn until_explained(system: &System<'_>, proposal: &str, words: &str) -> Value {
    let path = format!("/api/v1/proposals/{proposal}/why");
    let look = || async {
        let why = system.rest.get(&path).await?.expect(200)?;
        let says = why["sentence"].as_str().is_some_and(|said| said.contains(words));
        anyhow::Ok(says.then_some(why))
    };
    match pullwright_testkit::wait::until(words, crate::system::PATIENCE, look).await {
        Ok(why) => why,
        Err(error) => panic!("{error}; {:#}", system.rest.get(&path).await.unwrap().body),
    }
}

/// §18.2 AC-3: `PATIENCE` is a minute.
#[tokio::test]
async fn ac_3_a_merge_that_nobody_told_of_is_seen_at_the_next_look() {
    let system = wired("missed-merge").await;
    let (proposal, pull) = system.opened(boosted()).await;
    silenced(&system).await;

    let forge = system.stack.forge().unwrap();
    let merged = forge.merge(&system.wired.repository, pull.number).await.unwrap();

    let now = system.until(&proposal, "pr_merged").await;
    assert_eq!(now["pr_merged_at"].as_str().unwrap().parse().ok(), merged.merged_at);
    assert_eq!(now["is_currently_live"], true);
    let events = system.events(&proposal).await;
    let told: Vec<_> =
        events.iter().filter(|event| event["kind"] == "pull_request_merged").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["actor"], "reconciler");
}

/// §18.2, the invariant: what is closed may be open again. §18.5 AC-3b and AC-9: seen open, closed and open again.
#[tokio::test]
async fn closed_and_reopened_unheard_heal_both_ways_and_a_late_merge_is_found() {
    let system = wired("missed-turns").await;
    let (proposal, pull) = system.opened(boosted()).await;
    silenced(&system).await;
    let (forge, repository) = (system.stack.forge().unwrap(), &system.wired.repository);

    forge.close(repository, pull.number).await.unwrap();
    system.until_it(&proposal, "closed", |now| now["pr_state"] == "closed").await;
    forge.reopen(repository, pull.number).await.unwrap();
    system.until_it(&proposal, "open again", |now| now["pr_state"] == "open").await;
    assert_eq!(system.proposal(&proposal).await["status"], "pr_opened");
    forge.close(repository, pull.number).await.unwrap();
    system.until_it(&proposal, "closed again", |now| now["pr_state"] == "closed").await;
    forge.reopen(repository, pull.number).await.unwrap();
    forge.merge(repository, pull.number).await.unwrap();
    system.until(&proposal, "pr_merged").await;

    for (kind, most) in [("pull_request_closed", 2), ("pull_request_reopened", 2)] {
        assert!(system.count(&proposal, kind).await <= most, "{kind}");
    }
    assert_eq!(system.count(&proposal, "pull_request_merged").await, 1);
}

#[tokio::test]
async fn a_deleted_pull_request_is_an_explained_state_and_can_be_left() {
    let system = wired("pull-gone").await;
    let (proposal, pull) = system.opened(boosted()).await;
    silenced(&system).await;

    system.stack.forge().unwrap().delete_pull(&system.wired.repository, pull.number).await.unwrap();

    let why = until_explained(&system, &proposal, "GitHub has not known it since").await;
    assert!(why["sentence"].as_str().unwrap().contains("reject the proposal"), "{why:#}");
    assert_eq!(why["proposal"]["status"], "pr_opened");
    system
        .rest
        .post(
            &format!("/api/v1/proposals/{proposal}/reject"),
            &serde_json::json!({"reason": "gone"}),
        )
        .await
        .unwrap()
        .expect(200)
        .unwrap();
}

#[tokio::test]
async fn a_deleted_repository_is_explained_and_a_revoked_credential_stops_nobody_else() {
    let (gone, revoked, well) =
        (wired("repo-gone").await, wired("repo-revoked").await, wired("repo-well").await);
    let (of_gone, _) = gone.opened(boosted()).await;
    let (of_revoked, revoked_pull) = revoked.opened(boosted()).await;
    let (of_well, pull) = well.opened(boosted()).await;
    for system in [&revoked, &well] {
        silenced(system).await;
    }
    let forge = well.stack.forge().unwrap();
    let file = well.stack.secrets().join("repo-revoked-credential");
    let token = std::fs::read_to_string(&file).unwrap();

    forge.delete_repository(&gone.wired.repository).await.unwrap();
    assert!(forge.revoke_token(token.trim()).await.unwrap());
    forge.close(&revoked.wired.repository, revoked_pull.number).await.unwrap();
    forge.close(&well.wired.repository, pull.number).await.unwrap();

    well.until_it(&of_well, "closed", |now| now["pr_state"] == "closed").await;
    let seen =
        until_watched(&revoked, "what is wrong is shown", |now| now["reconcile_error"].is_string())
            .await;
    assert!(!seen.to_string().contains(token.trim()), "{seen:#}");
    assert_eq!(revoked.proposal(&of_revoked).await["pr_state"], "open");
    until_explained(&gone, &of_gone, "GitHub has not known it since").await;

    // A new credential, and what was missed is seen.
    let new = format!("gh{}_{}", "p", "R".repeat(36));
    let grant = pullwright_forge::NewToken::new(
        "pullwright",
        &new,
        &revoked.wired.repository,
        pullwright_forge::Permission::Write,
    );
    forge.add_token(grant).await.unwrap();
    std::fs::write(&file, new).unwrap();
    revoked.until_it(&of_revoked, "closed", |now| now["pr_state"] == "closed").await;
    let state = forge.pull(&revoked.wired.repository, revoked_pull.number).await.unwrap().state;
    assert_eq!(state, PullState::Closed);
}
