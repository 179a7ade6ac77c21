//! Clusters: registered, wired, rewired, deleted.

use serde_json::{Value, json};

use crate::contract::{
    ask::Ask,
    row::Endpoint,
    setup::{id, text},
    world::{World, nobody},
};

async fn patch(w: &World, patch: Value) -> Ask {
    Ask::of(id(&w.cluster(json!({})).await)).with(&patch)
}

/// A cluster with a proposal of the base's template.
async fn in_use(w: &World) -> (String, String) {
    let cluster = id(&w.cluster(json!({})).await);
    let diff = json!({"boost": {"to": 2.5}});
    let proposal = w.proposal_of(&cluster, &w.base.template_id, diff).await;
    (cluster, proposal)
}

/// `decisions.md` 3; §4.6's rule for folders.
pub(super) fn create() -> Endpoint {
    let new = |w: &World, with: Value| Ask::json(&w.new_cluster(with));
    let unwired = Endpoint::new("POST", "/api/v1/clusters")
        .ok("one that is not wired", 201, async move |w| new(w, json!({})))
        .shows(|answer| assert_eq!((&answer.body["config_repo_id"], &answer.body["config_path"]), (&json!(null), &json!(null))))
        .ok("one that is wired", 201, async move |w| {
            new(w, json!({"config_repo_id": w.base.config_repo_id, "config_path": "products-prod-es/templates"}))
        })
        .shows(|answer| assert_eq!(answer.headers["etag"], answer.body["etag"].as_str().unwrap()))
        .no("an unknown config repository", "CONFIG_REPO_NOT_FOUND", &[], async move |w| {
            let id = nobody();
            new(w, json!({"config_repo_id": id, "config_path": "x"})).naming(id)
        })
        .no("a name that is taken", "CLUSTER_NAME_TAKEN", &[], async move |w| {
            let taken = text(&w.cluster(json!({})).await["name"]);
            new(w, json!({"name": taken})).naming(taken)
        })
        .no("all that is missing at once", "VALIDATION_ERROR", &["name", "engine_type", "environment"], async |_| Ask::json(&json!({})))
        .no("an unknown engine", "VALIDATION_ERROR", &["engine_type", "elasticsearch, opensearch, solr"], async move |w| new(w, json!({"engine_type": "lucene"})))
        .no("an unknown environment", "VALIDATION_ERROR", &["environment", "prod, staging, dev"], async move |w| new(w, json!({"environment": "qa"})))
        .no("a repository's id that is none is one that nobody has", "CONFIG_REPO_NOT_FOUND", &["`x`"], async move |w| new(w, json!({"config_repo_id": "x"})))
        .no("a name with a line's end", "VALIDATION_ERROR", &["name"], async move |w| new(w, json!({"name": "a\n"})))
        .no("a member of another type", "VALIDATION_ERROR", &["name"], async move |w| new(w, json!({"name": 1})));
    ["../x", "/etc", "a//b", ".git/hooks", "a\n", "a b"].into_iter().fold(unwired, |rows, path| {
        rows.no("a folder that is none", "VALIDATION_ERROR", &["config_path"], async move |w| {
            new(w, json!({"config_repo_id": w.base.config_repo_id, "config_path": path}))
        })
    })
}

pub(super) fn list() -> Endpoint {
    Endpoint::new("GET", "/api/v1/clusters")
        .ok("by all filters at once", 200, async |w| {
            let made = w.cluster(json!({"config_repo_id": w.base.config_repo_id})).await;
            let (name, repo) = (text(&made["name"]), &w.base.config_repo_id);
            Ask::query(format!(
                "name={name}&engine_type=elasticsearch&environment=dev&config_repo_id={repo}&since=2026-01-01T00:00:00Z&sort=name:asc"
            ))
        })
        .shows(|answer| assert_eq!(answer.headers["x-total-count"], "1"))
        .no("an unknown engine", "VALIDATION_ERROR", &["engine_type", "elasticsearch, opensearch, solr"], async |_| Ask::query("engine_type=lucene"))
        .no("an unknown environment", "VALIDATION_ERROR", &["environment", "prod, staging, dev"], async |_| Ask::query("environment=qa"))
        .no("a repository's id that is none", "VALIDATION_ERROR", &["config_repo_id", "UUID"], async |_| Ask::query("config_repo_id=x"))
        .no("an order by nothing", "VALIDATION_ERROR", &["sort", "name:asc"], async |_| Ask::query("sort=environment:asc"))
        .no("a cursor that is none", "VALIDATION_ERROR", &["invalid cursor: "], async |_| Ask::query("cursor=x"))
}

pub(super) fn get() -> Endpoint {
    Endpoint::new("GET", "/api/v1/clusters/{id}")
        .ok("a cluster", 200, async |w| Ask::of(&w.base.cluster_id))
        .no("an unknown one", "CLUSTER_NOT_FOUND", &[], async |_| {
            let id = nobody();
            Ask::of(&id).naming(id)
        })
        .no("one that was deleted", "CLUSTER_NOT_FOUND", &[], async |w| {
            let cluster = id(&w.cluster(json!({})).await);
            w.get("DELETE", "/api/v1/clusters/{id}", &Ask::of(&cluster), 204).await;
            Ask::of(cluster)
        })
}

/// What upstream has no call for: wiring (§21).
pub(super) fn update() -> Endpoint {
    Endpoint::new("PATCH", "/api/v1/clusters/{id}")
        .ok("it is wired", 200, async |w| {
            patch(w, json!({"config_repo_id": w.base.config_repo_id, "config_path": "products"}))
                .await
        })
        .shows(|answer| assert_eq!(answer.body["config_path"], "products"))
        .ok("it is unwired", 200, async |w| {
            let wired = w
                .cluster(
                    json!({"config_repo_id": w.base.config_repo_id, "config_path": "products"}),
                )
                .await;
            Ask::of(id(&wired)).with(&json!({"config_repo_id": null, "config_path": null}))
        })
        .shows(|answer| assert_eq!(answer.body["config_repo_id"], json!(null)))
        .ok("with the etag that was read", 200, async |w| {
            let cluster = w.cluster(json!({})).await;
            Ask::of(id(&cluster)).with(&json!({"environment": "prod", "etag": cluster["etag"]}))
        })
        .no("with an old etag", "ETAG_MISMATCH", &["read it again"], async |w| {
            patch(w, json!({"environment": "prod"})).await.header("if-match", "\"0\"")
        })
        .no("an unknown config repository", "CONFIG_REPO_NOT_FOUND", &[], async |w| {
            let repo = nobody();
            patch(w, json!({"config_repo_id": repo})).await.naming(repo)
        })
        .no("a name that is taken", "CLUSTER_NAME_TAKEN", &[], async |w| {
            let taken = text(&w.cluster(json!({})).await["name"]);
            patch(w, json!({"name": taken})).await.naming(taken)
        })
        .no("an unknown one", "CLUSTER_NOT_FOUND", &[], async |_| {
            Ask::of(nobody()).with(&json!({"environment": "prod"}))
        })
        .no(
            "nothing to change",
            "VALIDATION_ERROR",
            &["body", "name, environment, config_repo_id, config_path"],
            async |w| patch(w, json!({})).await,
        )
        .no("another engine", "VALIDATION_ERROR", &["engine_type"], async |w| {
            patch(w, json!({"engine_type": "solr"})).await
        })
        .no(
            "an unknown environment",
            "VALIDATION_ERROR",
            &["environment", "prod, staging, dev"],
            async |w| patch(w, json!({"environment": "qa"})).await,
        )
        .no("a folder that leads up", "VALIDATION_ERROR", &["config_path"], async |w| {
            patch(w, json!({"config_path": "a/../b"})).await
        })
        .no("a name that cannot be cleared", "VALIDATION_ERROR", &["name", "cleared"], async |w| {
            patch(w, json!({"name": null})).await
        })
}

pub(super) fn delete() -> Endpoint {
    Endpoint::new("DELETE", "/api/v1/clusters/{id}")
        .ok("one that nobody needs", 204, async |w| Ask::of(id(&w.cluster(json!({})).await)))
        .ok("once its proposal is rejected", 204, async |w| {
            let (cluster, proposal) = in_use(w).await;
            w.act("reject", &proposal).await;
            Ask::of(cluster)
        })
        .no(
            "one that a proposal needs, which is named with what to do",
            "CLUSTER_IN_USE",
            &["reject"],
            async |w| {
                let (cluster, proposal) = in_use(w).await;
                Ask::of(cluster).naming(proposal)
            },
        )
        .no("with an old etag", "ETAG_MISMATCH", &[], async |w| {
            Ask::of(id(&w.cluster(json!({})).await)).header("if-match", "\"0\"")
        })
        .no("an unknown one", "CLUSTER_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}
