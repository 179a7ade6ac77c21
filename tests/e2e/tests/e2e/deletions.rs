//! Deleting what proposals need, through all services: kept while they do, and shown by them when it is gone.

use pullwright_harness::WireOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::system::{self, System};

impl System<'_> {
    /// Deletes as an admin; gives status, code and message.
    async fn delete(&self, path: &str) -> (u16, String, String) {
        let admin = self.rest.with_token(Some(&self.stack.credentials.admin));
        let answer = admin.call(Method::DELETE, path, None).await.unwrap();
        let message = answer.body["detail"]["message"].as_str().unwrap_or_default().to_owned();
        (answer.status, answer.error_code().to_owned(), message)
    }

    fn paths(&self) -> [(String, &'static str); 3] {
        let wired = &self.wired;
        [
            (format!("/api/v1/config-repos/{}", wired.config_repo_id), "CONFIG_REPO_IN_USE"),
            (format!("/api/v1/clusters/{}", wired.cluster_id), "CLUSTER_IN_USE"),
            (format!("/api/v1/query-templates/{}", wired.template_id), "TEMPLATE_IN_USE"),
        ]
    }

    async fn refused_to_open(&self, proposal: &str) -> String {
        let answer = self.rest.act(&format!("/api/v1/proposals/{proposal}/open_pr")).await.unwrap();
        assert_eq!((answer.status, answer.error_code()), (422, "CLUSTER_HAS_NO_CONFIG_REPO"));
        answer.body["detail"]["message"].as_str().unwrap().to_owned()
    }
}

fn boost() -> Value {
    json!({"boost": {"from": 1.0, "to": 2.5}})
}

#[tokio::test]
async fn what_an_unfinished_proposal_needs_is_kept_and_named() {
    let system = system::wired(WireOptions::new("deleting-in-use")).await;
    let (opened, pull) = system.opened(boost()).await;
    for (path, in_use) in system.paths() {
        let (status, code, message) = system.delete(&path).await;
        assert_eq!((status, code.as_str()), (409, in_use));
        assert!(message.contains(&opened), "{message}");
    }
    system.stack.forge().unwrap().merge(&system.wired.repository, pull.number).await.unwrap();
    system.until(&opened, "pr_merged").await;
    for (path, _) in system.paths().iter().rev() {
        assert_eq!(system.delete(path).await.0, 204, "{path}");
        assert_eq!(system.delete(path).await.0, 404, "{path}");
    }
    let shown = system.proposal(&opened).await;
    assert_eq!(shown["cluster"]["id"], system.wired.cluster_id.as_str());
    assert_eq!(shown["template"]["id"], system.wired.template_id.as_str());
}

#[tokio::test]
async fn a_proposal_for_a_deleted_repository_says_so_until_its_cluster_is_wired_again() {
    let options = WireOptions::new("deleting-repo");
    let system = system::wired(options.clone()).await;
    let proposal = system.propose(boost()).await;
    let act = async |what: &str| {
        let path = format!("/api/v1/proposals/{proposal}/{what}");
        system.rest.post(&path, &json!({})).await.unwrap().expect(200).unwrap();
    };
    act("supersede").await;
    let [(config_repo, _), (cluster, _), _] = system.paths();
    assert_eq!(system.delete(&config_repo).await.0, 204);
    act("reinstate").await;
    let message = system.refused_to_open(&proposal).await;
    assert!(message.contains("config repository") && message.contains("was deleted"), "{message}");
    // The same repository is the same row again; its cluster was unwired.
    let again = system.stack.register(&options).await.unwrap();
    assert_eq!(again["id"], system.wired.config_repo_id.as_str());
    let message = system.refused_to_open(&proposal).await;
    assert!(message.contains("is wired to no config repository"), "{message}");
    let wire = json!({"config_repo_id": again["id"]});
    let wired = system.rest.call(Method::PATCH, &cluster, Some(&wire)).await.unwrap();
    wired.expect(200).unwrap();
    system.open(&proposal).await;
    system.until(&proposal, "pr_opened").await;
}
