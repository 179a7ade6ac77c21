//! Proposals: created, shown, listed, their events, why they are where they are.

use serde_json::json;

use crate::contract::{
    ask::Ask,
    row::Endpoint,
    setup::merged,
    world::{World, nobody},
};

fn new(w: &World, with: serde_json::Value) -> serde_json::Value {
    let plain = json!({
        "cluster_id": w.base.cluster_id,
        "template_id": w.base.template_id,
        "config_diff": {"boost": {"from": 1.0, "to": 2.5}},
    });
    merged(plain, with)
}

/// A body whose diff is written by hand, since spellings count.
fn spelled(w: &World, diff: &str) -> Ask {
    let (cluster, template) = (&w.base.cluster_id, &w.base.template_id);
    let body = format!(
        r#"{{"cluster_id": "{cluster}", "template_id": "{template}", "config_diff": {diff}}}"#
    );
    Ask::plain().raw("application/json", body)
}

/// §18.3 AC-6; §22.5: malformed and empty diffs are refused at once.
pub(super) fn create() -> Endpoint {
    Endpoint::new("POST", "/api/v1/proposals")
        .ok("a manual proposal is pending and has no study", 201, async |w| {
            let delta =
                json!({"ndcg@10": {"baseline": 0.412, "achieved": 0.487, "delta_pct": 18.2}});
            Ask::json(&new(w, json!({"metric_delta": delta})))
        })
        .shows(|answer| {
            let made = &answer.body;
            assert_eq!((&made["status"], &made["study_id"]), (&json!("pending"), &json!(null)));
            assert_eq!(made["config_diff"], json!({"boost": {"from": 1.0, "to": 2.5}}));
            assert_eq!(made["metric_delta"]["ndcg@10"]["delta_pct"], 18.2);
            assert_eq!(made["id"].as_str().unwrap().as_bytes()[14], b'7', "a UUIDv7");
        })
        .ok("values keep their spelling, and `from` may be left out", 201, async |w| {
            spelled(w, r#"{"boost": {"to": 2.50e0}}"#)
        })
        .shows(|answer| {
            assert!(answer.text.contains(r#"{"from":null,"to":2.50e0}"#), "{}", answer.text)
        })
        .ok("members that nobody knows are ignored", 201, async |w| {
            Ask::json(&new(w, json!({"provider": "github"})))
        })
        .no("an unknown cluster", "CLUSTER_NOT_FOUND", &[], async |w| {
            let id = nobody();
            Ask::json(&new(w, json!({"cluster_id": id}))).naming(id)
        })
        .no("an unknown template", "TEMPLATE_NOT_FOUND", &[], async |w| {
            let id = nobody();
            Ask::json(&new(w, json!({"template_id": id}))).naming(id)
        })
        .no(
            "neither cluster nor template: the cluster is said first",
            "CLUSTER_NOT_FOUND",
            &[],
            async |w| Ask::json(&new(w, json!({"cluster_id": nobody(), "template_id": nobody()}))),
        )
        .no(
            "a malformed diff of an unknown cluster: the form is said first",
            "VALIDATION_ERROR",
            &["config_diff"],
            async |w| Ask::json(&new(w, json!({"cluster_id": nobody(), "config_diff": {}}))),
        )
        .no("a malformed cluster's id", "VALIDATION_ERROR", &["cluster_id", "UUID"], async |w| {
            Ask::json(&new(w, json!({"cluster_id": "prod"})))
        })
        .no("no template", "VALIDATION_ERROR", &["template_id"], async |w| {
            Ask::json(&new(w, json!({"template_id": null})))
        })
        .no(
            "all that is malformed at once",
            "VALIDATION_ERROR",
            &["cluster_id", "template_id", "config_diff"],
            async |_| Ask::json(&json!({})),
        )
        .no(
            "a diff without a change",
            "VALIDATION_ERROR",
            &["config_diff", "at least one"],
            async |w| Ask::json(&new(w, json!({"config_diff": {}}))),
        )
        .no(
            "a change without `to`",
            "VALIDATION_ERROR",
            &["config_diff.boost", "`to`"],
            async |w| Ask::json(&new(w, json!({"config_diff": {"boost": {"from": 1.0}}}))),
        )
        .no("a change that is none", "VALIDATION_ERROR", &["config_diff.boost"], async |w| {
            Ask::json(&new(w, json!({"config_diff": {"boost": 2.5}})))
        })
        .no("a diff that is a list", "VALIDATION_ERROR", &["config_diff"], async |w| {
            Ask::json(&new(w, json!({"config_diff": [{"boost": {"to": 1}}]})))
        })
        .no("a key that stands twice", "VALIDATION_ERROR", &["boost", "twice"], async |w| {
            spelled(w, r#"{"boost": {"to": 1.5}, "boost": {"to": 2.5}}"#)
        })
        .no(
            "a number beyond all that fits",
            "VALIDATION_ERROR",
            &["config_diff.boost.to", "1e999"],
            async |w| spelled(w, r#"{"boost": {"to": 1e999}}"#),
        )
        .no(
            "a credential as a value",
            "VALIDATION_ERROR",
            &["config_diff.fuzziness.to"],
            async |w| {
                let token = format!("gh{}_{}", "p", "A".repeat(36));
                Ask::json(&new(w, json!({"config_diff": {"fuzziness": {"to": token}}})))
            },
        )
        .no(
            "a metric without what was achieved",
            "VALIDATION_ERROR",
            &["metric_delta.ndcg@10", "`achieved`"],
            async |w| Ask::json(&new(w, json!({"metric_delta": {"ndcg@10": {"baseline": 1}}}))),
        )
}

/// §18.3 FR-4.
pub(super) fn get() -> Endpoint {
    Endpoint::new("GET", "/api/v1/proposals/{id}")
        .ok("a proposal with all that it has", 200, async |w| Ask::of(w.proposal().await))
        .ok("one that a study made shows the study and its digest", 200, async |w| {
            let made = w.study(json!({})).await;
            Ask::of(made["proposal_id"].as_str().unwrap())
        })
        .shows(|answer| {
            let shown = &answer.body;
            assert_eq!(shown["study_summary"]["best_metric"], 0.487);
            assert_eq!(shown["digest"]["narrative"], "A higher boost helps.");
            assert_eq!(shown["config_diff"], json!({"boost": {"from": 1.0, "to": 2.5}}));
        })
        .ok("an id in capitals is the same id", 200, async |w| {
            Ask::of(w.proposal().await.to_ascii_uppercase())
        })
        .no("an unknown proposal", "PROPOSAL_NOT_FOUND", &[], async |_| {
            let id = nobody();
            Ask::of(&id).naming(id)
        })
}

/// §18.4 AC-12: bad booleans are refused; §5 and §8 of the list rules.
pub(super) fn list() -> Endpoint {
    const HOW: &str = "/api/v1/proposals";
    let known = Endpoint::new("GET", HOW)
        .ok("a page", 200, async |w| {
            w.proposal().await;
            Ask::query("limit=1")
        })
        .shows(|answer| assert_eq!(answer.body["data"].as_array().unwrap().len(), 1))
        .ok("every filter at once, of which nothing is left", 200, async |w| {
            let (cluster, template) = (&w.base.cluster_id, &w.base.template_id);
            let (study, repo) = (nobody(), &w.base.config_repo_id);
            Ask::query(format!(
                "status=pending&cluster_id={cluster}&template_id={template}&study_id={study}&config_repo_id={repo}\
                 &source=study&is_last_merged=false&include_superseded=yes&since=2026-01-01T00:00:00Z&sort=pr_state:asc&limit=200"
            ))
        })
        .shows(|answer| {
            assert_eq!(answer.body, json!({"data": [], "next_cursor": null, "has_more": false}));
            assert_eq!(answer.headers["x-total-count"], "0");
        });
    known
        .no(
            "an unknown status",
            "VALIDATION_ERROR",
            &["status", "pending, pr_opened, pr_merged, rejected, superseded"],
            async |_| Ask::query("status=open"),
        )
        .no("an unknown source", "VALIDATION_ERROR", &["source", "study, manual"], async |_| {
            Ask::query("source=chat")
        })
        .no(
            "a cluster's id that is none",
            "VALIDATION_ERROR",
            &["cluster_id", "UUID"],
            async |_| Ask::query("cluster_id=prod"),
        )
        .no(
            "a template's id that is none",
            "VALIDATION_ERROR",
            &["template_id", "UUID"],
            async |_| Ask::query("template_id=1"),
        )
        .no("a study's id that is none", "VALIDATION_ERROR", &["study_id", "UUID"], async |_| {
            Ask::query("study_id=x")
        })
        .no(
            "a repository's id that is none",
            "VALIDATION_ERROR",
            &["config_repo_id", "UUID"],
            async |_| Ask::query("config_repo_id="),
        )
        .no(
            "a boolean that is none",
            "VALIDATION_ERROR",
            &["is_last_merged", "true, 1, yes, on, t, y, false"],
            async |_| Ask::query("is_last_merged=maybe"),
        )
        .no("another one", "VALIDATION_ERROR", &["is_last_merged"], async |_| {
            Ask::query("is_last_merged=2")
        })
        .no("a switch that is none", "VALIDATION_ERROR", &["include_superseded"], async |_| {
            Ask::query("include_superseded=2")
        })
        .no(
            "an order by nothing",
            "VALIDATION_ERROR",
            &["sort", "created_at:asc", "pr_state:desc"],
            async |_| Ask::query("sort=name:asc"),
        )
        .no("an order without a direction", "VALIDATION_ERROR", &["sort"], async |_| {
            Ask::query("sort=created_at")
        })
        .no("a limit of none", "VALIDATION_ERROR", &["limit", "1 to 200"], async |_| {
            Ask::query("limit=0")
        })
        .no("a limit of too many", "VALIDATION_ERROR", &["limit", "1 to 200"], async |_| {
            Ask::query("limit=201")
        })
        .no("a limit that is no number", "VALIDATION_ERROR", &["limit"], async |_| {
            Ask::query("limit=all")
        })
        .no("a time that is none", "VALIDATION_ERROR", &["since", "RFC 3339"], async |_| {
            Ask::query("since=yesterday")
        })
        .no("a cursor that is no base64", "VALIDATION_ERROR", &["invalid cursor: "], async |_| {
            Ask::query("cursor=%21")
        })
        .no("a cursor that is no JSON", "VALIDATION_ERROR", &["invalid cursor: "], async |_| {
            Ask::query("cursor=bm8")
        })
        .no("a cursor of a boolean", "VALIDATION_ERROR", &["invalid cursor: "], async |_| {
            Ask::query("cursor=W3RydWUsIngiXQ")
        })
        .no("a parameter twice", "VALIDATION_ERROR", &["limit", "twice"], async |_| {
            Ask::query("limit=1&limit=2")
        })
}

/// §18.8: what a client polls.
pub(super) fn events() -> Endpoint {
    Endpoint::new("GET", "/api/v1/proposals/{id}/events")
        .ok("its creation is the first of them", 200, async |w| Ask::of(w.proposal().await))
        .shows(|answer| assert_eq!(answer.body["data"][0]["kind"], "proposal_created"))
        .ok("by kind and actor, the newest first", 200, async |w| {
            let id = w.proposal().await;
            w.act("reject", &id).await;
            Ask::of(id).asking("kind=proposal_rejected&actor=olga&sort=created_at:desc&limit=1&since=2026-01-01T00:00:00Z")
        })
        .shows(|answer| assert_eq!(answer.headers["x-total-count"], "1"))
        .ok("a stream of one that is over has nothing to come", 204, async |w| {
            Ask::of(w.merged().await).header("accept", "text/event-stream")
        })
        .no("an unknown proposal", "PROPOSAL_NOT_FOUND", &[], async |_| Ask::of(nobody()))
        .no("a stream of an unknown proposal", "PROPOSAL_NOT_FOUND", &[], async |_| {
            Ask::of(nobody()).header("accept", "text/event-stream")
        })
        .no("an order by nothing", "VALIDATION_ERROR", &["sort", "created_at:asc"], async |w| Ask::of(w.proposal().await).asking("sort=kind:asc"))
        .no("no kind", "VALIDATION_ERROR", &["kind"], async |w| Ask::of(w.proposal().await).asking("kind="))
        .no("an id that no event has", "VALIDATION_ERROR", &["Last-Event-ID"], async |w| {
            Ask::of(w.proposal().await).header("accept", "text/event-stream").header("last-event-id", "not one")
        })
}

/// The facts behind a state.
pub(super) fn why() -> Endpoint {
    Endpoint::new("GET", "/api/v1/proposals/{id}/why")
        .ok("one sentence, and what a person can do", 200, async |w| Ask::of(w.proposal().await))
        .shows(|answer| {
            assert!(!answer.body["sentence"].as_str().unwrap().is_empty());
            assert!(!answer.body["actions"].as_array().unwrap().is_empty());
        })
        .no("an unknown proposal", "PROPOSAL_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}
