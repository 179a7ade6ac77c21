//! A new webhook secret, while pull requests change all the time.

use std::collections::BTreeSet;

use pullwright_forge::{PullChange, PullChanges, PullStep};
use pullwright_testkit::wait;
use serde_json::json;

use super::{boosted, kept, until_config_repo, wired};
use crate::system::PATIENCE;

#[tokio::test]
async fn a_rotation_loses_no_delivery_and_ends_by_itself() {
    let system = wired("rotated").await;
    let (proposal, pull) = system.opened(boosted()).await;
    let (forge, repository) = (system.stack.forge().unwrap(), system.wired.repository.clone());
    let file = system.stack.secrets().join("rotated-webhook");
    let before = std::fs::read_to_string(&file).unwrap();
    let admin = system.rest.with_token(Some(&system.stack.credentials.admin));
    let path =
        format!("/api/v1/config-repos/{}/rotate-webhook-secret", system.wired.config_repo_id);
    let steps = [PullStep::Close, PullStep::Reopen].into_iter().cycle().take(80);
    let changes = steps.map(|step| PullChange::new(&repository, pull.number, step)).collect();
    let nothing = json!({});

    let (changed, rotated) = tokio::join!(
        forge.change_pulls(PullChanges { changes, per_second: Some(10.0) }),
        admin.post(&path, &nothing),
    );

    let rotated = rotated.unwrap().expect(200).unwrap();
    assert_eq!(rotated["config_repo_names"], json!(["rotated"]), "{rotated:#}");
    assert_eq!(changed.unwrap().done, 80);
    let after = std::fs::read_to_string(&file).unwrap();
    assert_ne!(after, before);
    assert!(!rotated.to_string().contains(after.trim()));
    until_config_repo(&system, "the old secret is over", |now| {
        now["previous_webhook_secret_until"].is_null()
            && now["webhook_registration_error"].is_null()
    })
    .await;
    assert!(!system.stack.secrets().join("rotated-webhook.previous").exists());
    let done = || async { anyhow::Ok(forge.delivery_counts().await?.pending == 0) };
    wait::until("all is sent", PATIENCE, done).await.unwrap();
    let sent: BTreeSet<String> = forge
        .deliveries(&repository)
        .await
        .unwrap()
        .into_iter()
        .map(|delivery| delivery.guid)
        .collect();
    let all_kept = || async {
        let kept = kept(&system).await;
        let guids: BTreeSet<_> =
            kept.iter().filter_map(|one| one["delivery_id"].as_str().map(str::to_owned)).collect();
        assert_eq!(guids.len(), kept.len(), "each once");
        sent.is_subset(&guids)
    };
    wait::until("every delivery is kept", PATIENCE, all_kept).await.unwrap();

    // And the new one alone is what a delivery is signed with.
    forge.merge(&repository, pull.number).await.unwrap();
    system.until(&proposal, "pr_merged").await;
}
