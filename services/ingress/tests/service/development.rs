//! What only tests need: there in development, and elsewhere as if nobody had ever written it.

use pullwright_ingress::{Role, calls};
use pullwright_proto::{error::ErrorReason, proposal as v1};
use pullwright_settings::{Environment, environment_name};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    examples,
    harness::{Answer, Ingress, send, token},
    messages::{ID, refusal},
};

fn told(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let of_itself = ["x-request-id", "date"];
    let headers = answer.headers.iter().filter(|(name, _)| !of_itself.contains(&name.as_str()));
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status, answer.text.clone(), headers.collect())
}

/// §18.7 AC-3.
#[tokio::test]
async fn elsewhere_nothing_tells_them_from_what_nobody_wrote() {
    let ingress = Ingress::start().await;
    let nowhere = send(ingress.request(Method::GET, "/api/v1/nowhere")).await;
    assert_eq!(
        nowhere.text,
        r#"{"detail":{"error_code":"RESOURCE_NOT_FOUND","message":"Not found","retryable":false}}"#
    );
    let of_tests = |path: &str| path.starts_with("/api/v1/_test/");
    for call in calls(true).iter().filter(|call| of_tests(call.path)) {
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            for authorization in [
                None,
                Some("Bearer nobody's".to_owned()),
                Some(format!("Bearer {}", token(Role::Admin))),
            ] {
                let mut request = ingress.request(method.clone(), &examples::path(call));
                if let Some(value) = &authorization {
                    request = request.header(header::AUTHORIZATION, value);
                }
                let answer = send(request).await;
                assert_eq!(
                    told(&answer),
                    told(&nowhere),
                    "{method} {} {authorization:?}",
                    call.path
                );
            }
        }
    }
    assert!(ingress.proposal.fake.contexts().is_empty());
}

async fn seed(ingress: &Ingress, path: &str, body: &Value) -> Answer {
    let request = ingress.operator(Method::POST, &format!("/api/v1/_test/{path}"));
    send(request.header(header::CONTENT_TYPE, "application/json").body(body.to_string())).await
}

#[tokio::test]
async fn a_seeded_study_is_told_with_its_defaults_left_to_the_ledger() {
    let ingress = Ingress::in_development().await;
    ingress.proposal.fake.on(|request: &v1::SeedCompletedStudyRequest| {
        let wanted = request.with_pending_proposal.unwrap_or(true);
        Ok(v1::SeedCompletedStudyResponse {
            study_id: ID.into(),
            digest_id: ID.into(),
            proposal_id: if wanted { ID.into() } else { String::new() },
        })
    });
    let ids =
        json!({"cluster_id": ID, "query_set_id": ID, "template_id": ID, "judgment_list_id": ID});
    let answer = seed(&ingress, "studies/seed-completed", &ids).await;
    assert_eq!(
        (answer.status, answer.body),
        (201, json!({"study_id": ID, "digest_id": ID, "proposal_id": ID}))
    );
    let seen = ingress.proposal.fake.seen::<v1::SeedCompletedStudyRequest>().remove(0);
    assert_eq!(
        (seen.with_pending_proposal, seen.suggested_followups, seen.winner_per_query_json.as_str()),
        (None, None, "")
    );

    let mut all = ids.clone();
    all["with_pending_proposal"] = json!(false);
    all["winner_per_query"] = json!({"q": {"ndcg@10": 0.5}});
    all["suggested_followups"] = json!([]);
    all["extra_trial_metrics"] = json!([0.3, 0.2]);
    let answer = seed(&ingress, "studies/seed-completed", &all).await;
    assert_eq!(answer.body["proposal_id"], Value::Null);
    let seen = ingress.proposal.fake.seen::<v1::SeedCompletedStudyRequest>().remove(1);
    assert_eq!(seen.winner_per_query_json, r#"{"q":{"ndcg@10":0.5}}"#);
    assert_eq!(
        (seen.suggested_followups.unwrap().items.len(), seen.extra_trial_metrics),
        (0, vec![0.3, 0.2])
    );

    all["colour"] = json!("red");
    let answer = seed(&ingress, "studies/seed-completed", &all).await;
    assert_eq!(answer.code(), (422, "VALIDATION_ERROR"));
    assert!(answer.message().contains("unknown field `colour`"), "{}", answer.text);
}

#[tokio::test]
async fn a_chain_is_seeded() {
    let ingress = Ingress::in_development().await;
    ingress.proposal.fake.on(|_: &v1::SeedChainRequest| {
        Ok(v1::SeedChainResponse {
            root_id: ID.into(),
            middle_ids: vec![ID.into()],
            leaf_id: ID.into(),
        })
    });
    let body = json!({"cluster_id": ID, "query_set_id": ID, "template_id": ID, "judgment_list_id": ID, "depth": 2, "in_flight_leaf": false});
    let answer = seed(&ingress, "auto-followup/seed-chain", &body).await;
    assert_eq!(
        (answer.status, answer.body),
        (201, json!({"root_id": ID, "middle_ids": [ID], "leaf_id": ID}))
    );
    let seen = ingress.proposal.fake.seen::<v1::SeedChainRequest>().remove(0);
    assert_eq!((seen.depth, seen.in_flight_leaf, seen.in_flight_middle), (2, Some(false), None));
}

/// §18.7 AC-1, AC-2, AC-4.
#[tokio::test]
async fn each_deletion_asks_the_ledger_and_says_what_is_in_the_way() {
    let ingress = Ingress::in_development().await;
    let delete = |path: String| {
        send(ingress.request_as(Role::Admin, Method::DELETE, &format!("/api/v1/_test/{path}")))
    };
    macro_rules! rows {
        ($($resource:literal $request:ident $response:ident $field:ident [$($reason:ident $status:literal),*])*) => {$(
            let answer = delete(format!("{}/{ID}", $resource)).await;
            assert_eq!((answer.status, answer.text.as_str()), (204, ""), $resource);
            assert_eq!(ingress.proposal.fake.seen::<v1::$request>()[0].$field, ID);
            $(
                let reason = ErrorReason::$reason;
                ingress.proposal.fake.on(move |_: &v1::$request| Err::<v1::$response, _>(refusal(reason)));
                assert_eq!(delete(format!("{}/{ID}", $resource)).await.code(), ($status, reason.reason()));
            )*
            assert_eq!(delete(format!("{}/x", $resource)).await.status, 404);
        )*};
    }
    rows! {
        "proposals" DeleteProposalRequest DeleteProposalResponse proposal_id [ProposalNotFound 404]
        "digests" DeleteDigestRequest DeleteDigestResponse digest_id [DigestNotFound 404]
        "studies" DeleteStudyRequest DeleteStudyResponse study_id
            [StudyNotFound 404, StudyHasDependentProposal 409, StudyHasDependentDigest 409]
        "judgment-lists" DeleteJudgmentListRequest DeleteJudgmentListResponse judgment_list_id
            [JudgmentListNotFound 404, JudgmentListHasDependentStudy 409]
        "query-sets" DeleteQuerySetRequest DeleteQuerySetResponse query_set_id
            [QuerySetNotFound 404, QuerySetHasDependentStudy 409, QuerySetHasDependentJudgmentList 409]
        "query-templates" PurgeQueryTemplateRequest PurgeQueryTemplateResponse query_template_id
            [TemplateNotFound 404, QueryTemplateHasDependentStudy 409, QueryTemplateHasDependentProposal 409, QueryTemplateHasDependentJudgmentList 409]
    }
}

/// Tested as RelyLoop tests it (§16), and in spellings that come near.
#[tokio::test]
async fn only_development_itself_has_them() {
    for name in ["staging", "production", "ci", "qa", "", "Development", "development ", "dev"] {
        let environment = Environment::from_pairs([("ENVIRONMENT", name)]);
        let ingress = Ingress::deployed_as(environment_name(&environment).unwrap()).await;
        let request =
            ingress.request_as(Role::Admin, Method::DELETE, &format!("/api/v1/_test/studies/{ID}"));
        assert_eq!(send(request).await.code(), (404, "RESOURCE_NOT_FOUND"), "{name:?}");
        let document = send(ingress.request(Method::GET, "/openapi.json")).await;
        assert!(!document.text.contains("_test"), "{name:?}");
    }
}
