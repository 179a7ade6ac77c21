//! Repository locks, as they stand in Redis.

use serde_json::json;

use crate::contract::{
    ask::{Ask, Who},
    row::Endpoint,
    world::nobody,
};

pub(super) fn list() -> Endpoint {
    Endpoint::new("GET", "/api/v1/locks")
        .ok("the lock of a repository that is worked on", 200, async |w| {
            let repository = w.locked().await;
            Ask::query(format!("repository_id={repository}&sort=acquired_at:desc&limit=1"))
        })
        .shows(|answer| {
            let lock = &answer.body["data"][0];
            assert!(lock["holder"].as_str().unwrap().starts_with("runner-"), "{}", answer.text);
            assert_eq!(answer.headers["x-total-count"], "1");
        })
        .ok("those of a runner that holds none", 200, async |_| Ask::query("holder=nobody"))
        .shows(|answer| assert_eq!(answer.body["data"], json!([])))
        .no(
            "a repository's id that is none",
            "VALIDATION_ERROR",
            &["repository_id", "UUID"],
            async |_| Ask::query("repository_id=x"),
        )
        .no("no holder", "VALIDATION_ERROR", &["holder"], async |_| Ask::query("holder="))
        .no("an order by nothing", "VALIDATION_ERROR", &["sort", "acquired_at:asc"], async |_| {
            Ask::query("sort=holder:asc")
        })
        .no("locks have no past", "VALIDATION_ERROR", &["`since`"], async |_| {
            Ask::query("since=2026-01-01T00:00:00Z")
        })
        .no("a cursor that is none", "VALIDATION_ERROR", &["invalid cursor: "], async |_| {
            Ask::query("cursor=x")
        })
}

pub(super) fn break_lock() -> Endpoint {
    Endpoint::new("POST", "/api/v1/locks/{repository_id}/break")
        .ok("a lock that is held", 200, async |w| {
            Ask::of(w.locked().await).with(&json!({"reason": "it takes too long"}))
        })
        .shows(|answer| assert!(answer.body["epoch"].as_i64().unwrap() > 0))
        .no("one that nobody holds", "LOCK_NOT_FOUND", &[], async |_| {
            let repository = nobody();
            Ask::of(&repository).with(&json!({"reason": "stuck"})).naming(repository)
        })
        .no("without a reason", "VALIDATION_ERROR", &["reason", "1 to 500"], async |_| {
            Ask::of(nobody()).with(&json!({}))
        })
        .no(
            "with a reason that is too long",
            "VALIDATION_ERROR",
            &["reason", "1 to 500"],
            async |_| Ask::of(nobody()).with(&json!({"reason": "x".repeat(501)})),
        )
        .no("not by an operator", "PERMISSION_DENIED", &["admin"], async |_| {
            Ask::of(nobody()).with(&json!({"reason": "stuck"})).by(Who::Operator)
        })
}
