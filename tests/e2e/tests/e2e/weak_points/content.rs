//! What callers and people write: refused where it comes in, or told, never found out after the push.

use pullwright_forge::{FaultKind, NewCommit};
use pullwright_harness::WireOptions;
use serde_json::{Value, json};

use super::boost;
use crate::system;

/// Bodies that break the reference system after its push or leave it without a way out, and the field to mend.
fn odd() -> [(&'static str, Value, Value); 9] {
    let delta = |value: Value| json!({"ndcg@10": value});
    [
        // What its chat agent stores.
        (
            "metric_delta.baseline_metric",
            boost(0),
            json!({"baseline_metric": 0.4, "best_metric": 0.5}),
        ),
        ("metric_delta", boost(0), json!([["ndcg@10", 0.4]])),
        ("metric_delta.ndcg@10", boost(0), delta(json!("+18 %"))),
        ("metric_delta.ndcg@10", boost(0), delta(json!({"baseline": 0.4}))),
        ("metric_delta.ndcg@10.achieved", boost(0), delta(json!({"achieved": "0.5"}))),
        ("config_diff.params", json!({"params": {}, "source": "study"}), Value::Null),
        ("config_diff.boost", json!({"boost": {"from": 1.0}}), Value::Null),
        ("config_diff.boost", json!({"boost": 2.5}), Value::Null),
        ("config_diff", json!({}), Value::Null),
    ]
}

#[tokio::test]
async fn what_cannot_be_shown_or_written_is_refused_by_its_field_and_creates_nothing() {
    let system = system::wired(WireOptions::new("odd")).await;
    for (field, config_diff, metric_delta) in odd() {
        let body = json!({
            "cluster_id": system.wired.cluster_id,
            "template_id": system.wired.template_id,
            "config_diff": config_diff,
            "metric_delta": metric_delta,
        });
        let answer = system.rest.post("/api/v1/proposals", &body).await.unwrap();
        assert_eq!((answer.status, answer.error_code()), (422, "VALIDATION_ERROR"), "{body}");
        assert!(answer.text.contains(field), "{field} is not named in {}", answer.text);
    }
    let listed = system.rest.get("/api/v1/proposals?limit=200").await.unwrap();
    assert!(!listed.text.contains(&system.wired.cluster_id), "{}", listed.text);
}

#[tokio::test]
async fn a_persons_change_to_the_same_value_is_told_and_never_overwritten() {
    let system = system::wired(WireOptions::new("base-moved")).await;
    let fault = system.strike("git.receive-pack", FaultKind::Delay { ms: 1000 }).await;
    let proposal = system.propose(boost(50)).await;
    system.open(&proposal).await;
    system.struck(fault).await;

    let path = system.wired.path.clone();
    let theirs = system.file("main", &path).await.replace("\"boost\": 1.0", "\"boost\": 9.75");
    let commit = NewCommit::file("main", path.as_str(), theirs.as_str(), "theirs");
    system.forge().push_commit(&system.wired.repository, commit).await.unwrap();

    system.until(&proposal, "pr_opened").await;
    system.has_exactly_one(&proposal, "the base has moved").await;
    system.event(&proposal, "base_moved").await;
    assert_eq!(system.file("main", &path).await, theirs);
}
