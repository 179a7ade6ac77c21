//! `open_pr`: §4.4, the preflight in its order. A request that breaks two rules hears of the first.

use serde_json::{Value, json};

use crate::contract::{
    ask::Ask,
    row::Endpoint,
    setup::id,
    world::{World, nobody},
};

/// A proposal whose cluster is not wired.
async fn unwired(w: &World) -> (String, Value) {
    let cluster = w.cluster(json!({})).await;
    let diff = json!({"boost": {"to": 2.5}});
    (w.proposal_of(&id(&cluster), &w.base.template_id, diff).await, cluster)
}

/// A proposal whose config repository's credential is what `content` says; none takes it away.
async fn with_credential(w: &World, content: Option<&str>) -> (String, String) {
    let repo = w.config_repo().await;
    let wiring = json!({"config_repo_id": repo["id"], "config_path": "configs/products-prod-es"});
    let cluster = w.cluster(wiring).await;
    let diff = json!({"boost": {"to": 2.5}});
    let proposal = w.proposal_of(&id(&cluster), &w.base.template_id, diff).await;
    let secret = repo["auth_ref"].as_str().unwrap().to_owned();
    match content {
        Some(content) => w.secret(&secret, content),
        None => std::fs::remove_file(w.stack.secrets().join(&secret)).unwrap(),
    }
    (proposal, secret)
}

/// §18.1 AC-2, AC-6, AC-12 as far as the answer goes.
pub(super) fn open_pr() -> Endpoint {
    Endpoint::new("POST", "/api/v1/proposals/{id}/open_pr")
        .ok("it is on its way", 202, async |w| Ask::of(w.proposal().await))
        .shows(|answer| {
            let told = &answer.body;
            assert_eq!((&told["status"], &told["message"]), (&json!("pending"), &json!("PR creation queued")));
        })
        .ok("asking twice is asking once", 202, async |w| {
            let id = w.proposal().await;
            w.act("open_pr", &id).await;
            Ask::of(id)
        })
        .ok("with what was previewed", 202, async |w| {
            let id = w.proposal().await;
            let shown = w.act("preview", &id).await;
            Ask::of(id).with(&json!({"expected_patch_sha256": shown["patch_sha256"], "expected_base_oid": shown["base_oid"]}))
        })
        .no("0: an expectation that is misspelt", "VALIDATION_ERROR", &["expected_patch_sha265", "expected_patch_sha256"], async |w| {
            Ask::of(w.proposal().await).with(&json!({"expected_patch_sha265": "0".repeat(64)}))
        })
        .no("1: an unknown proposal", "PROPOSAL_NOT_FOUND", &[], async |_| {
            let id = nobody();
            Ask::of(&id).naming(id)
        })
        .no("2: one that is rejected", "INVALID_STATE_TRANSITION", &["rejected"], async |w| {
            let id = w.proposal().await;
            w.act("reject", &id).await;
            Ask::of(&id).naming(id)
        })
        .no("2: one that is superseded", "INVALID_STATE_TRANSITION", &["superseded"], async |w| {
            let id = w.proposal().await;
            w.act("supersede", &id).await;
            Ask::of(id)
        })
        .no("2: one whose pull request is open", "INVALID_STATE_TRANSITION", &["pr_opened"], async |w| Ask::of(w.opened().await))
        .no("2: one that is merged", "INVALID_STATE_TRANSITION", &["pr_merged"], async |w| Ask::of(w.merged().await))
        .no("2: one whose study has no digest yet", "INVALID_STATE_TRANSITION", &["pending", "digest"], async |w| {
            let made = w.study(json!({"digest": null})).await;
            Ask::of(made["proposal_id"].as_str().unwrap())
        })
        .no("2 before 3: a rejected one of an unwired cluster", "INVALID_STATE_TRANSITION", &["rejected"], async |w| {
            let (id, _) = unwired(w).await;
            w.act("reject", &id).await;
            Ask::of(id)
        })
        .no("2 before 4: a rejected one without a credential", "INVALID_STATE_TRANSITION", &["rejected"], async |w| {
            let (id, _) = with_credential(w, None).await;
            w.act("reject", &id).await;
            Ask::of(id)
        })
        .no("3: a cluster that is not wired", "CLUSTER_HAS_NO_CONFIG_REPO", &["config repository"], async |w| {
            let (id, cluster) = unwired(w).await;
            Ask::of(id).naming(cluster["name"].as_str().unwrap())
        })
        .no("3 before 4: a cluster that was unwired, of a repository without a credential", "CLUSTER_HAS_NO_CONFIG_REPO", &[], async |w| {
            let (id, _) = with_credential(w, None).await;
            let proposal = w.get("GET", "/api/v1/proposals/{id}", &Ask::of(&id), 200).await;
            let cluster = proposal["cluster"]["id"].as_str().unwrap();
            let patch = Ask::of(cluster).with(&json!({"config_repo_id": null, "config_path": null}));
            w.get("PATCH", "/api/v1/clusters/{id}", &patch, 200).await;
            Ask::of(id)
        })
        .no("4: a credential that is not there", "GITHUB_NOT_CONFIGURED", &[], async |w| {
            let (id, secret) = with_credential(w, None).await;
            Ask::of(id).naming(secret)
        })
        .shows(|answer| assert_eq!(answer.headers["retry-after"], "30"))
        .no("4: a credential that is empty", "GITHUB_NOT_CONFIGURED", &["empty"], async |w| {
            let (id, secret) = with_credential(w, Some("\n")).await;
            Ask::of(id).naming(secret)
        })
        .no("a hash that is none", "VALIDATION_ERROR", &["expected_patch_sha256", "64"], async |w| {
            Ask::of(w.proposal().await).with(&json!({"expected_patch_sha256": "abc"}))
        })
        .no("a commit's id that is none", "VALIDATION_ERROR", &["expected_base_oid"], async |w| {
            Ask::of(w.proposal().await).with(&json!({"expected_base_oid": "main"}))
        })
}
