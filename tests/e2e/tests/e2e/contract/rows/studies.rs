//! Studies and their digests.

use serde_json::{Value, json};

use crate::contract::{
    ask::Ask,
    row::Endpoint,
    setup::{digest, id, merged, text},
    world::{World, fresh, nobody},
};

/// A study's body with one trial in place of all, changed by `with`.
fn one_trial(w: &World, with: Value) -> Value {
    let plain =
        json!({"number": 0, "params": {"boost": 1.0}, "status": "complete", "primary_metric": 0.4});
    w.new_study(json!({"trials": [merged(plain, with)]}))
}

/// A study's body with one follow-up.
fn follow_up(w: &World, follow_up: Value) -> Value {
    let digest = merged(digest(), json!({"suggested_followups": [follow_up]}));
    w.new_study(json!({"digest": digest}))
}

/// `decisions.md` 3; §18.3 AC-1 and AC-2.
pub(super) fn create() -> Endpoint {
    Endpoint::new("POST", "/api/v1/studies")
        .ok("study, digest and proposal in one", 201, async |w| Ask::json(&w.new_study(json!({}))))
        .shows(|answer| assert!(answer.body["digest_id"].is_string() && answer.body["proposal_id"].is_string()))
        .ok("without a digest: the proposal waits", 201, async |w| Ask::json(&w.new_study(json!({"digest": null}))))
        .shows(|answer| assert!(answer.body["digest_id"].is_null() && answer.body["proposal_id"].is_string()))
        .ok("without a trial that succeeded: there is no proposal", 201, async |w| {
            Ask::json(&one_trial(w, json!({"status": "failed", "primary_metric": null, "error": "timeout"})))
        })
        .shows(|answer| assert!(answer.body["proposal_id"].is_null()))
        .ok("a diff that is given wins over the one that follows", 201, async |w| {
            Ask::json(&w.new_study(json!({"config_diff": {"boost": {"from": 1.0, "to": 3.5}}, "metric_delta": {"ndcg@10": {"achieved": 0.5}}})))
        })
        .ok("one that follows up another", 201, async |w| {
            let made = w.study(json!({})).await;
            let with = json!({
                "parent_study_id": made["study_id"],
                "parent_proposal_id": made["proposal_id"], "parent_proposal_followup_index": 0, "auto_followup_depth": 2,
            });
            Ask::json(&w.new_study(with))
        })
        .no("an unknown cluster", "CLUSTER_NOT_FOUND", &[], async |w| {
            let id = nobody();
            Ask::json(&w.new_study(json!({"cluster_id": id}))).naming(id)
        })
        .no("an unknown template", "TEMPLATE_NOT_FOUND", &[], async |w| {
            let id = nobody();
            Ask::json(&w.new_study(json!({"template_id": id}))).naming(id)
        })
        .no("an unknown parent", "STUDY_NOT_FOUND", &[], async |w| {
            let id = nobody();
            Ask::json(&w.new_study(json!({"parent_study_id": id}))).naming(id)
        })
        .no("an unknown parent proposal", "PROPOSAL_NOT_FOUND", &[], async |w| {
            let id = nobody();
            Ask::json(&w.new_study(json!({"parent_proposal_id": id, "parent_proposal_followup_index": 0}))).naming(id)
        })
        .no("all that is missing at once", "VALIDATION_ERROR", &["name", "cluster_id", "template_id", "objective"], async |_| Ask::json(&json!({})))
        .no("an unknown metric", "VALIDATION_ERROR", &["objective.metric", "ndcg, precision, recall, map, mrr"], async |w| {
            Ask::json(&w.new_study(json!({"objective": {"metric": "bleu", "direction": "maximize"}})))
        })
        .no("a metric without its cut-off", "VALIDATION_ERROR", &["objective.k"], async |w| {
            Ask::json(&w.new_study(json!({"objective": {"metric": "ndcg", "direction": "maximize"}})))
        })
        .no("an unknown direction", "VALIDATION_ERROR", &["objective.direction", "maximize or minimize"], async |w| {
            Ask::json(&w.new_study(json!({"objective": {"metric": "mrr", "direction": "up"}})))
        })
        .no("two trials of one number", "VALIDATION_ERROR", &["trials[1].number"], async |w| {
            let trial = json!({"number": 0, "params": {}, "status": "complete", "primary_metric": 0.4});
            Ask::json(&w.new_study(json!({"trials": [trial, trial]})))
        })
        .no("an unknown status", "VALIDATION_ERROR", &["trials[0].status", "complete, failed or pruned"], async |w| {
            Ask::json(&one_trial(w, json!({"status": "done"})))
        })
        .no("a complete trial without its value", "VALIDATION_ERROR", &["trials[0].primary_metric"], async |w| {
            Ask::json(&one_trial(w, json!({"primary_metric": null})))
        })
        .no("a number that is none", "VALIDATION_ERROR", &["trials[0].number"], async |w| Ask::json(&one_trial(w, json!({"number": "1"}))))
        .no("values per query that are none", "VALIDATION_ERROR", &["trials[0].per_query_metrics"], async |w| {
            Ask::json(&one_trial(w, json!({"per_query_metrics": {"q": 1}})))
        })
        .no("a digest without a text", "VALIDATION_ERROR", &["digest.narrative"], async |w| {
            Ask::json(&w.new_study(json!({"digest": merged(digest(), json!({"narrative": ""}))})))
        })
        .no("an importance below zero", "VALIDATION_ERROR", &["digest.parameter_importance"], async |w| {
            Ask::json(&w.new_study(json!({"digest": merged(digest(), json!({"parameter_importance": {"boost": -1}}))})))
        })
        .no("an unknown kind of follow-up", "VALIDATION_ERROR", &["digest.suggested_followups[0].kind", "narrow, widen, text, swap_template"], async |w| {
            Ask::json(&follow_up(w, json!({"kind": "more", "rationale": "why not"})))
        })
        .no("a follow-up that lacks its search space", "VALIDATION_ERROR", &["digest.suggested_followups[0].search_space must be set for narrow"], async |w| {
            Ask::json(&follow_up(w, json!({"kind": "narrow", "rationale": "closer"})))
        })
        .no("a parent proposal without its index", "VALIDATION_ERROR", &["parent_proposal"], async |w| {
            Ask::json(&w.new_study(json!({"parent_proposal_id": nobody()})))
        })
        .no("a depth of too much", "VALIDATION_ERROR", &["auto_followup_depth"], async |w| Ask::json(&w.new_study(json!({"auto_followup_depth": 6}))))
        .no("a diff without a change", "VALIDATION_ERROR", &["config_diff"], async |w| Ask::json(&w.new_study(json!({"config_diff": {}}))))
}

pub(super) fn list() -> Endpoint {
    Endpoint::new("GET", "/api/v1/studies")
        .ok("by all filters at once", 200, async |w| {
            let name = fresh("contract study");
            let parent = w.study(json!({})).await;
            w.study(json!({"name": name, "parent_study_id": parent["study_id"]})).await;
            let (cluster, template, parent) = (&w.base.cluster_id, &w.base.template_id, text(&parent["study_id"]));
            let name = name.replace(' ', "%20");
            Ask::query(format!(
                "name={name}&cluster_id={cluster}&template_id={template}&status=completed&parent_study_id={parent}\
                 &since=2026-01-01T00:00:00Z&sort=name:asc"
            ))
        })
        .shows(|answer| assert_eq!((answer.headers["x-total-count"].to_str().unwrap(), answer.body["data"].as_array().unwrap().len()), ("1", 1)))
        .no("an unknown status", "VALIDATION_ERROR", &["status", "queued, running, completed, cancelled, failed"], async |_| Ask::query("status=done"))
        .no("a cluster's id that is none", "VALIDATION_ERROR", &["cluster_id", "UUID"], async |_| Ask::query("cluster_id=x"))
        .no("a template's id that is none", "VALIDATION_ERROR", &["template_id", "UUID"], async |_| Ask::query("template_id=x"))
        .no("a parent's id that is none", "VALIDATION_ERROR", &["parent_study_id", "UUID"], async |_| Ask::query("parent_study_id=x"))
        .no("an order by nothing", "VALIDATION_ERROR", &["sort", "name:desc"], async |_| Ask::query("sort=status:asc"))
        .no("a cursor that is none", "VALIDATION_ERROR", &["invalid cursor: "], async |_| Ask::query("cursor=x"))
}

pub(super) fn get() -> Endpoint {
    Endpoint::new("GET", "/api/v1/studies/{id}")
        .ok("with trials and digest", 200, async |w| {
            Ask::of(text(&w.study(json!({})).await["study_id"]))
        })
        .shows(|answer| {
            assert_eq!(answer.body["trials"].as_array().unwrap().len(), 2);
            assert_eq!(
                (&answer.body["best_metric"], &answer.body["baseline_metric"]),
                (&json!(0.487), &json!(0.412))
            );
            assert_eq!(answer.body["digest"]["recommended_config"], json!({"boost": 2.5}));
        })
        .ok("one that was seeded, with values per query", 200, async |w| {
            let (made, _) = w.seeded(json!({"winner_per_query": {"q": {"ndcg@10": 0.5}}})).await;
            Ask::of(text(&made["study_id"]))
        })
        .no("an unknown study", "STUDY_NOT_FOUND", &[], async |_| {
            let id = nobody();
            Ask::of(&id).naming(id)
        })
}

/// §18.3 AC-3 and AC-4.
pub(super) fn get_digest() -> Endpoint {
    Endpoint::new("GET", "/api/v1/studies/{id}/digest")
        .ok("a digest", 200, async |w| Ask::of(text(&w.study(json!({})).await["study_id"])))
        .no("a digest that is not written yet", "DIGEST_NOT_READY", &[], async |w| {
            let id = text(&w.study(json!({"digest": null})).await["study_id"]);
            Ask::of(&id).naming(id)
        })
        .shows(|answer| assert!(answer.headers.contains_key("retry-after")))
        .no("an unknown study", "STUDY_NOT_FOUND", &[], async |_| Ask::of(nobody()))
}

/// T2 and T3; §22.3: what is being opened is not changed any more.
pub(super) fn put_digest() -> Endpoint {
    Endpoint::new("PUT", "/api/v1/studies/{id}/digest")
        .ok("the waiting proposal is filled", 200, async |w| {
            Ask::of(text(&w.study(json!({"digest": null})).await["study_id"])).with(&digest())
        })
        .shows(|answer| assert!(answer.body["proposal_id"].is_string()))
        .ok("one from which nothing follows takes the proposal away", 200, async |w| {
            let study = text(&w.study(json!({"digest": null})).await["study_id"]);
            Ask::of(study).with(&merged(digest(), json!({"recommended_config": {"unheard_of": 1}})))
        })
        .shows(|answer| assert!(answer.body["proposal_id"].is_null()))
        .no(
            "once its pull request was asked for",
            "INVALID_STATE_TRANSITION",
            &["pull request"],
            async |w| {
                let made = w.study(json!({})).await;
                w.act("open_pr", &text(&made["proposal_id"])).await;
                Ask::of(text(&made["study_id"])).with(&digest())
            },
        )
        .no("once it is rejected", "INVALID_STATE_TRANSITION", &["rejected"], async |w| {
            let made = w.study(json!({})).await;
            w.act("reject", &text(&made["proposal_id"])).await;
            Ask::of(text(&made["study_id"])).with(&digest())
        })
        .no("a template that was deleted since", "TEMPLATE_NOT_FOUND", &[], async |w| {
            let template = id(&w.template(json!({})).await);
            let made =
                w.study(json!({"template_id": template, "trials": [], "digest": null})).await;
            w.get("DELETE", "/api/v1/query-templates/{id}", &Ask::of(&template), 204).await;
            Ask::of(text(&made["study_id"])).with(&digest()).naming(template)
        })
        .no("an unknown study", "STUDY_NOT_FOUND", &[], async |_| Ask::of(nobody()).with(&digest()))
        .no("no text", "VALIDATION_ERROR", &["narrative"], async |w| {
            let study = text(&w.study(json!({"digest": null})).await["study_id"]);
            Ask::of(study).with(&merged(digest(), json!({"narrative": null})))
        })
        .no("a diff that is none", "VALIDATION_ERROR", &["config_diff.boost"], async |w| {
            let study = text(&w.study(json!({"digest": null})).await["study_id"]);
            Ask::of(study).with(&merged(digest(), json!({"config_diff": {"boost": {}}})))
        })
}
