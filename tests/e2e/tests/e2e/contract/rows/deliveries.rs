//! What GitHub delivered, kept with what came of it.

use serde_json::json;

use crate::contract::{
    ask::{Ask, Who},
    row::Endpoint,
    setup::text,
    world::nobody,
};

pub(super) fn list() -> Endpoint {
    Endpoint::new("GET", "/api/v1/deliveries")
        .ok("by all filters at once", 200, async |w| {
            let kept = w.delivered().await;
            let (guid, repository) = (text(&kept["delivery_id"]), text(&kept["repository_id"]));
            Ask::query(format!(
                "outcome=noop&event=star&repository_id={repository}&delivery_id={guid}&since=2026-01-01T00:00:00Z&sort=received_at:asc&limit=1"
            ))
        })
        .shows(|answer| {
            assert_eq!(answer.headers["x-total-count"], "1");
            let kept = &answer.body["data"][0];
            assert_eq!((&kept["event"], &kept["action"]), (&json!("star"), &json!("created")));
            assert_eq!((&kept["hook"], &kept["outcome"]), (&json!("repository"), &json!("noop")));
            assert_eq!((&kept["headers"], &kept["body"]), (&json!(null), &json!(null)));
        })
        .ok("those of a proposal that has none", 200, async |_| {
            Ask::query(format!("proposal_id={}", nobody()))
        })
        .shows(|answer| assert_eq!(answer.body["data"], json!([])))
        .no("an outcome that there is not", "VALIDATION_ERROR", &["outcome", "parked"], async |_| {
            Ask::query("outcome=lost")
        })
        .no("a repository's id that is none", "VALIDATION_ERROR", &["repository_id"], async |_| {
            Ask::query("repository_id=x")
        })
        .no("an order by nothing", "VALIDATION_ERROR", &["sort", "received_at:asc"], async |_| {
            Ask::query("sort=created_at:asc")
        })
        .no("a moment that is none", "VALIDATION_ERROR", &["since"], async |_| {
            Ask::query("since=yesterday")
        })
        .no("a cursor that is none", "VALIDATION_ERROR", &["invalid cursor: "], async |_| {
            Ask::query("cursor=x")
        })
}

pub(super) fn get() -> Endpoint {
    Endpoint::new("GET", "/api/v1/deliveries/{id}")
        .ok("one, whole", 200, async |w| Ask::of(text(&w.delivered().await["id"])))
        .shows(|answer| {
            let kept = &answer.body;
            assert_eq!(kept["headers"]["x-github-event"], "star", "{}", answer.text);
            let shown = kept["headers"].as_object().unwrap();
            assert!(!shown.keys().any(|name| name.contains("signature")), "{}", answer.text);
            let body: serde_json::Value = serde_json::from_str(&text(&kept["body"])).unwrap();
            assert_eq!(
                (&body["action"], &kept["body_truncated"]),
                (&json!("created"), &json!(false))
            );
        })
        .no("an unknown one", "DELIVERY_NOT_FOUND", &[], async |_| {
            let id = nobody();
            Ask::of(&id).naming(id)
        })
}

pub(super) fn replay() -> Endpoint {
    Endpoint::new("POST", "/api/v1/deliveries/{id}/replay")
        .ok("one that changes nothing", 200, async |w| Ask::of(text(&w.delivered().await["id"])))
        .shows(|answer| assert_eq!(answer.body["outcome"], "noop"))
        .no("an unknown one", "DELIVERY_NOT_FOUND", &[], async |_| {
            let id = nobody();
            Ask::of(&id).naming(id)
        })
        .no("not by an operator", "PERMISSION_DENIED", &["admin"], async |_| {
            Ask::of(nobody()).by(Who::Operator)
        })
}

pub(super) fn watched() -> Endpoint {
    Endpoint::new("GET", "/api/v1/repositories")
        .ok("one, once the ledger knows of it", 200, async |w| {
            let repository = w.watched().await;
            Ask::query(format!("repository_id={repository}&sort=full_name:desc&limit=1"))
        })
        .shows(|answer| {
            let watched = &answer.body["data"][0];
            assert_eq!(watched["full_name"], "acme/contract-base", "{}", answer.text);
            assert_eq!(answer.headers["x-total-count"], "1");
        })
        .no("a repository's id that is none", "VALIDATION_ERROR", &["repository_id"], async |_| {
            Ask::query("repository_id=x")
        })
        .no("an order by nothing", "VALIDATION_ERROR", &["sort", "full_name:asc"], async |_| {
            Ask::query("sort=host:asc")
        })
        .no("they have no past", "VALIDATION_ERROR", &["`since`"], async |_| {
            Ask::query("since=2026-01-01T00:00:00Z")
        })
        .no("a cursor that is none", "VALIDATION_ERROR", &["invalid cursor: "], async |_| {
            Ask::query("cursor=x")
        })
}
