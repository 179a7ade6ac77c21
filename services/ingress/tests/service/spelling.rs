//! Numbers come out as they went in.

use pullwright_proto::{proposal as v1, registry};
use serde_json::json;

use crate::{
    harness::{Ingress, send},
    messages::{ID, at, proposal, query_template},
};

/// Spellings that a parser of numbers would change.
const SPELLINGS: [&str; 9] = [
    "2.50e0",
    "-0",
    "1e-05",
    "0.10",
    "123456789012345678901234567890",
    "1E400",
    "\"\\u00e9\\/\"",
    "{\"b\" : [1.0,  2],\"a\":null}",
    "null",
];

#[tokio::test]
async fn a_diff_reaches_the_ledger_and_comes_back_as_spelled() {
    let ingress = Ingress::start().await;
    for spelling in SPELLINGS {
        ingress.proposal.fake.on(|request: &v1::CreateProposalRequest| {
            let change = &request.config_diff[0];
            Ok(v1::CreateProposalResponse {
                proposal: Some(proposal(&change.from_json, &change.to_json)),
            })
        });
        let body = format!(
            r#"{{"cluster_id":"{ID}","template_id":"{ID}","config_diff":{{"boost":{{"from": {spelling} , "to":{spelling}}}}}}}"#
        );
        let answer = ingress.post("/api/v1/proposals", &body).await;

        assert_eq!(answer.status, 201, "{spelling}: {}", answer.text);
        let shown = format!(r#""config_diff":{{"boost":{{"from":{spelling},"to":{spelling}}}}}"#);
        assert!(answer.text.contains(&shown), "{shown} is not in {}", answer.text);
    }
    let seen = ingress.proposal.fake.seen::<v1::CreateProposalRequest>();
    let spelled: Vec<_> =
        seen.iter().map(|request| request.config_diff[0].to_json.as_str()).collect();
    assert_eq!(spelled, SPELLINGS);
}

#[tokio::test]
async fn a_value_left_out_is_null_and_the_order_of_keys_is_kept() {
    let ingress = Ingress::start().await;
    let body = format!(
        r#"{{"cluster_id":"{ID}","template_id":"{ID}","unknown":[1],"config_diff":{{"z":{{"to":1}},"a":{{"to":null,"from":false,"why":0}}}},
        "metric_delta":{{"ndcg@10":{{"baseline":null,"achieved":0.1,"delta_pct":-0.0}}}}}}"#
    );
    ingress.post("/api/v1/proposals", &body).await;
    let seen = &ingress.proposal.fake.seen::<v1::CreateProposalRequest>()[0];
    let told: Vec<_> = seen
        .config_diff
        .iter()
        .map(|c| (c.key.as_str(), c.from_json.as_str(), c.to_json.as_str()))
        .collect();
    assert_eq!(told, [("z", "null", "1"), ("a", "false", "null")]);
    let delta = v1::MetricDelta {
        metric: "ndcg@10".into(),
        baseline: None,
        achieved: 0.1,
        delta_pct: Some(-0.0),
    };
    assert_eq!(seen.metric_delta, [delta]);
}

#[tokio::test]
async fn a_study_keeps_the_spelling_of_trials_and_recommendations() {
    let ingress = Ingress::start().await;
    let body = format!(
        r#"{{"name":"s","cluster_id":"{ID}","template_id":"{ID}","objective":{{"metric":"mrr","k":null,"direction":"maximize"}},
        "trials":[{{"number":0,"params":{{"boost":1.50}},"primary_metric":0.4871,"metrics":{{"mrr":0.4871}},"duration_ms":12,"status":"complete",
            "started_at":"2026-01-02T03:04:05.5+01:00","ended_at":null,"per_query_metrics":{{"q": {{"mrr":1.0}}}},"is_baseline":true}},
            {{"optuna_trial_number":1,"params":{{}},"status":"pruned","error":"slow"}}],
        "digest":{{"narrative":"n","parameter_importance":{{"boost":1}},"recommended_config":{{"boost":2.50e0}},"generated_by":"optimiser",
            "suggested_followups":[{{"kind":"narrow","rationale":"r","search_space":{{"min": 1.0}}}},{{"kind":"text","rationale":"t","search_space":null}}]}}}}"#
    );
    ingress.proposal.fake.on(|_: &v1::CreateStudyRequest| {
        Ok(v1::CreateStudyResponse {
            study_id: ID.into(),
            digest_id: ID.into(),
            proposal_id: String::new(),
        })
    });

    let answer = ingress.post("/api/v1/studies", &body).await;

    assert_eq!(
        (answer.status, &answer.body),
        (201, &json!({"study_id": ID, "digest_id": ID, "proposal_id": null})),
        "{}",
        answer.text
    );
    let seen = ingress.proposal.fake.seen::<v1::CreateStudyRequest>().remove(0);
    let [first, second] = &seen.trials[..] else { panic!("two trials") };
    assert_eq!(
        (first.params_json["boost"].as_str(), first.per_query_metrics_json.as_str()),
        ("1.50", r#"{"q": {"mrr":1.0}}"#)
    );
    assert_eq!(
        (first.primary_metric, first.metrics["mrr"], first.is_baseline),
        (Some(0.4871), 0.4871, true)
    );
    let started = first.started_at.unwrap();
    assert_eq!(
        (started.seconds, started.nanos, first.ended_at),
        (1_767_319_445, 500_000_000, None)
    );
    assert_eq!(
        (second.number, second.status(), second.error.as_str()),
        (1, v1::TrialStatus::Pruned, "slow")
    );
    assert_eq!(
        seen.objective.unwrap(),
        v1::Objective { metric: "mrr".into(), k: 0, direction: "maximize".into() }
    );
    let digest = seen.digest.unwrap();
    assert_eq!(digest.recommended_config_json["boost"], "2.50e0");
    let spaces: Vec<_> =
        digest.suggested_followups.iter().map(|one| one.search_space_json.as_str()).collect();
    assert_eq!(spaces, [r#"{"min": 1.0}"#, ""]);
    assert_eq!((seen.config_diff, seen.metric_delta), (None, None), "absent is not empty");
}

#[tokio::test]
async fn a_digest_is_written_with_its_spelling_and_shown_with_it() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::GetDigestRequest| {
        Ok(v1::GetDigestResponse {
            digest: Some(v1::Digest {
                id: ID.into(),
                narrative: "n".into(),
                recommended_config_json: [
                    ("b".to_owned(), "1e-05".to_owned()),
                    ("a".to_owned(), "2.50".to_owned()),
                ]
                .into(),
                suggested_followups: vec![v1::FollowUp {
                    kind: "text".into(),
                    rationale: "r".into(),
                    ..v1::FollowUp::default()
                }],
                generated_by: "optimiser".into(),
                generated_at: at(1_767_225_600),
                ..v1::Digest::default()
            }),
        })
    });
    let path = format!("/api/v1/studies/{ID}/digest");
    let shown = ingress.get(&path).await;
    assert!(shown.text.contains(r#""recommended_config":{"a":2.50,"b":1e-05}"#), "{}", shown.text);
    assert_eq!(
        shown.body["suggested_followups"],
        json!([{"kind": "text", "rationale": "r", "search_space": null}])
    );

    let request =
        ingress.operator(reqwest::Method::PUT, &path).header("content-type", "application/json");
    let body = r#"{"narrative":"n","recommended_config":{"boost":2.50},"generated_by":"o","config_diff":{"boost":{"from":1.0,"to":2.50}}}"#;
    let answer = send(request.body(body)).await;
    assert_eq!(
        (answer.status, &answer.body),
        (200, &json!({"study_id": ID, "digest_id": null, "proposal_id": null}))
    );
    let seen = ingress.proposal.fake.seen::<v1::UpdateDigestRequest>().remove(0);
    assert_eq!(seen.digest.unwrap().recommended_config_json["boost"], "2.50");
    assert_eq!(seen.config_diff.unwrap().changes[0].to_json, "2.50");
}

#[tokio::test]
async fn declared_parameters_are_registered_and_shown_as_spelled() {
    let ingress = Ingress::start().await;
    ingress.registry.fake.on(|request: &registry::CreateQueryTemplateRequest| {
        Ok(registry::CreateQueryTemplateResponse {
            query_template: Some(query_template(&request.declared_params_json)),
        })
    });
    let declared = r#"{"boost": {"type":"float","max":5.00,"min":0.50}}"#;
    let answer = ingress
        .post(
            "/api/v1/query-templates",
            &format!(r#"{{"name":"t","engine_type":"solr","declared_params":{declared}}}"#),
        )
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert!(answer.text.contains(declared), "{}", answer.text);
    assert_eq!(
        (&answer.body["created_at"], &answer.body["body"]),
        (&json!("1970-01-01T00:00:00Z"), &json!(""))
    );
}
