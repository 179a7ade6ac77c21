//! A repository that was renamed is followed: its pull requests, its hook, and where it is said to be.

use super::{boosted, config_repo, silenced, until_config_repo, wired};
use crate::{system::System, webhooks::next_second};

async fn is_called(system: &System<'_>, name: &str) {
    let url = format!("{}/acme/{name}", system.stack.ports.forge_url());
    until_config_repo(system, "the new name is known", |now| now["repo_url"] == url.as_str()).await;
}

/// §22.4: a rename answers 301, which was an "unexpected status" for ever.
#[tokio::test]
async fn a_rename_that_nobody_told_of_is_followed() {
    let system = wired("old-name").await;
    let (proposal, pull) = system.opened(boosted()).await;
    silenced(&system).await;
    let before = config_repo(&system).await;
    let forge = system.stack.forge().unwrap();

    forge.rename_repository(&system.wired.repository, "acme/new-name").await.unwrap();
    forge.merge("acme/new-name", pull.number).await.unwrap();

    system.until(&proposal, "pr_merged").await;
    is_called(&system, "new-name").await;
    let after = config_repo(&system).await;
    assert_eq!((&after["id"], &after["github_id"]), (&before["id"], &before["github_id"]));
}

#[tokio::test]
async fn deliveries_under_the_new_name_are_taken_before_anybody_looked() {
    let system = wired("called-before").await;
    let (proposal, pull) = system.opened(boosted()).await;
    // A first contact has to have told its id.
    until_config_repo(&system, "GitHub's id is known", |now| now["github_id"].is_u64()).await;
    let forge = system.stack.forge().unwrap();
    next_second(pull.updated_at).await;

    forge.rename_repository(&system.wired.repository, "acme/called-after").await.unwrap();
    forge.close("acme/called-after", pull.number).await.unwrap();

    system.until_it(&proposal, "closed", |now| now["pr_state"] == "closed").await;
    is_called(&system, "called-after").await;
    let refused: Vec<_> = forge
        .deliveries("acme/called-after")
        .await
        .unwrap()
        .into_iter()
        .filter(|delivery| delivery.status_code == 403)
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}
