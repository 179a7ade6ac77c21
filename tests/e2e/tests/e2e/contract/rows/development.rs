//! What only a development environment has: §16, §18.7.

use serde_json::{Value, json};

use crate::contract::{
    ask::Ask,
    row::Endpoint,
    setup::{id, merged, text},
    world::{World, nobody},
};

const SEED: &str = "/api/v1/_test/studies/seed-completed";

/// A seed's body, changed by `with`.
async fn seed(w: &World, with: Value) -> Ask {
    Ask::json(&w.new_seed(with).await)
}

/// A chain's body, changed by `with`.
async fn chain(w: &World, with: Value) -> Ask {
    Ask::json(&w.new_seed(merged(json!({"depth": 1}), with)).await)
}

async fn gone(w: &World, path: &str, id: &Value) {
    w.get("DELETE", path, &Ask::of(text(id)), 204).await;
}

pub(super) fn seed_completed() -> Endpoint {
    Endpoint::new("POST", SEED)
        .ok("with its pending proposal", 201, async |w| seed(w, json!({})).await)
        .shows(|answer| assert!(answer.body["proposal_id"].is_string()))
        .ok("without one, with all that may be said", 201, async |w| {
            let with = json!({
                "with_pending_proposal": false,
                "winner_per_query": {"shoes": {"ndcg@10": 0.5}},
                "runner_up_per_query": {"shoes": {"ndcg@10": 0.4}},
                "suggested_followups": [{"kind": "text", "rationale": "again"}],
                "extra_trial_metrics": [0.3, 0.486],
            });
            seed(w, with).await
        })
        .shows(|answer| assert!(answer.body["proposal_id"].is_null()))
        .no("an unknown cluster", "CLUSTER_NOT_FOUND", &[], async |w| {
            let id = nobody();
            seed(w, json!({"cluster_id": id})).await.naming(id)
        })
        .no("an unknown template", "TEMPLATE_NOT_FOUND", &[], async |w| {
            let id = nobody();
            seed(w, json!({"template_id": id})).await.naming(id)
        })
        .no("a member that nobody knows", "VALIDATION_ERROR", &["surprise"], async |w| {
            seed(w, json!({"surprise": 1})).await
        })
        .no("no query set", "VALIDATION_ERROR", &["query_set_id"], async |w| {
            seed(w, json!({"query_set_id": null})).await
        })
        .no("an empty query set's id", "VALIDATION_ERROR", &["query_set_id"], async |w| {
            seed(w, json!({"query_set_id": ""})).await
        })
        .no(
            "a further trial that wins",
            "VALIDATION_ERROR",
            &["extra_trial_metrics[0]", "0.487"],
            async |w| seed(w, json!({"extra_trial_metrics": [0.487]})).await,
        )
        .no(
            "a judgment list of another query set",
            "VALIDATION_ERROR",
            &["judgment_list_id"],
            async |w| {
                let (_, body) = w.seeded(json!({})).await;
                seed(w, json!({"judgment_list_id": body["judgment_list_id"]})).await
            },
        )
        .no(
            "values per query that are none",
            "VALIDATION_ERROR",
            &["winner_per_query"],
            async |w| seed(w, json!({"winner_per_query": {"q": 1}})).await,
        )
}

pub(super) fn seed_chain() -> Endpoint {
    Endpoint::new("POST", "/api/v1/_test/auto-followup/seed-chain")
        .ok("a root, three links and a leaf", 201, async |w| {
            chain(w, json!({"depth": 4, "in_flight_leaf": false, "in_flight_middle": false})).await
        })
        .shows(|answer| {
            assert_eq!(answer.body["middle_ids"].as_array().unwrap().len(), 3, "{}", answer.text)
        })
        .ok("a root and a leaf", 201, async |w| chain(w, json!({})).await)
        .shows(|answer| assert_eq!(answer.body["middle_ids"], json!([])))
        .no("an unknown cluster", "CLUSTER_NOT_FOUND", &[], async |w| {
            chain(w, json!({"cluster_id": nobody()})).await
        })
        .no("an unknown template", "TEMPLATE_NOT_FOUND", &[], async |w| {
            chain(w, json!({"template_id": nobody()})).await
        })
        .no("no depth", "VALIDATION_ERROR", &["depth"], async |w| {
            chain(w, json!({"depth": null})).await
        })
        .no("a depth of none", "VALIDATION_ERROR", &["depth", "1 to 5"], async |w| {
            chain(w, json!({"depth": 0})).await
        })
        .no("a depth of too many", "VALIDATION_ERROR", &["depth", "1 to 5"], async |w| {
            chain(w, json!({"depth": 6})).await
        })
        .no("a member that nobody knows", "VALIDATION_ERROR", &["surprise"], async |w| {
            chain(w, json!({"surprise": 1})).await
        })
}

/// §18.7 AC-1 and AC-2, here and below.
pub(super) fn delete_proposal() -> Endpoint {
    Endpoint::new("DELETE", "/api/v1/_test/proposals/{id}")
        .ok("one that is pending", 204, async |w| Ask::of(w.proposal().await))
        .no("an unknown one", "PROPOSAL_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

pub(super) fn delete_digest() -> Endpoint {
    Endpoint::new("DELETE", "/api/v1/_test/digests/{id}")
        .ok("a digest", 204, async |w| Ask::of(text(&w.seeded(json!({})).await.0["digest_id"])))
        .no("an unknown one", "DIGEST_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

/// §18.7 AC-4: what depends on it is said in order.
pub(super) fn delete_study() -> Endpoint {
    Endpoint::new("DELETE", "/api/v1/_test/studies/{id}")
        .ok("one of which nothing is left", 204, async |w| {
            let (made, _) = w.seeded(json!({"with_pending_proposal": false})).await;
            gone(w, "/api/v1/_test/digests/{id}", &made["digest_id"]).await;
            Ask::of(text(&made["study_id"]))
        })
        .no(
            "one with a proposal and a digest",
            "STUDY_HAS_DEPENDENT_PROPOSAL",
            &["delete that first"],
            async |w| Ask::of(text(&w.seeded(json!({})).await.0["study_id"])),
        )
        .no("one with a digest", "STUDY_HAS_DEPENDENT_DIGEST", &["delete that first"], async |w| {
            Ask::of(text(&w.seeded(json!({"with_pending_proposal": false})).await.0["study_id"]))
        })
        .no("an unknown one", "STUDY_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

/// Takes a seed away but for query set, judgment list and template; its body.
async fn without_study(w: &World) -> Value {
    let (made, body) = w.seeded(json!({"with_pending_proposal": false})).await;
    gone(w, "/api/v1/_test/digests/{id}", &made["digest_id"]).await;
    gone(w, "/api/v1/_test/studies/{id}", &made["study_id"]).await;
    body
}

pub(super) fn delete_judgment_list() -> Endpoint {
    Endpoint::new("DELETE", "/api/v1/_test/judgment-lists/{id}")
        .ok("one that no study used", 204, async |w| {
            Ask::of(text(&without_study(w).await["judgment_list_id"]))
        })
        .no(
            "one that a study used",
            "JUDGMENT_LIST_HAS_DEPENDENT_STUDY",
            &["delete that first"],
            async |w| Ask::of(text(&w.seeded(json!({})).await.1["judgment_list_id"])),
        )
        .no("an unknown one", "JUDGMENT_LIST_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

pub(super) fn delete_query_set() -> Endpoint {
    Endpoint::new("DELETE", "/api/v1/_test/query-sets/{id}")
        .ok("one that nothing needs", 204, async |w| {
            let body = without_study(w).await;
            gone(w, "/api/v1/_test/judgment-lists/{id}", &body["judgment_list_id"]).await;
            Ask::of(text(&body["query_set_id"]))
        })
        .no(
            "one with a study and a judgment list",
            "QUERY_SET_HAS_DEPENDENT_STUDY",
            &["delete that first"],
            async |w| Ask::of(text(&w.seeded(json!({})).await.1["query_set_id"])),
        )
        .no(
            "one with a judgment list",
            "QUERY_SET_HAS_DEPENDENT_JUDGMENT_LIST",
            &["delete that first"],
            async |w| Ask::of(text(&without_study(w).await["query_set_id"])),
        )
        .no("an unknown one", "QUERY_SET_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

pub(super) fn delete_query_template() -> Endpoint {
    Endpoint::new("DELETE", "/api/v1/_test/query-templates/{id}")
        .ok("one that nothing needs", 204, async |w| Ask::of(id(&w.template(json!({})).await)))
        .no(
            "one with a study, a proposal and a judgment list",
            "QUERY_TEMPLATE_HAS_DEPENDENT_STUDY",
            &["delete that first"],
            async |w| Ask::of(text(&w.seeded(json!({})).await.1["template_id"])),
        )
        .no(
            "one with a proposal",
            "QUERY_TEMPLATE_HAS_DEPENDENT_PROPOSAL",
            &["delete that first"],
            async |w| {
                let template = id(&w.template(json!({})).await);
                w.proposal_of(&w.base.cluster_id, &template, json!({"boost": {"to": 2.5}})).await;
                Ask::of(template)
            },
        )
        .no(
            "one with a judgment list",
            "QUERY_TEMPLATE_HAS_DEPENDENT_JUDGMENT_LIST",
            &["delete that first"],
            async |w| Ask::of(text(&without_study(w).await["template_id"])),
        )
        .no("an unknown one", "TEMPLATE_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}
