//! Every reason of the contract, as a person meets it.

use std::collections::HashMap;

use pullwright_ingress::{Answer, answer_of_runner, answer_to};
use pullwright_proto::{error::ErrorReason, proposal as v1, runner};
use reqwest::Method;
use serde_json::json;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::{
    harness::{Ingress, send_unheard_of},
    messages::{ID, refusal, violations},
};

/// What RelyLoop's catalogue (§4.3) and ours say; reasons that are not here are our fault, or never an answer of a core.
const EXPECTED: &[(&str, u16, bool)] = &[
    ("VALIDATION_ERROR", 422, false),
    ("PAYLOAD_TOO_LARGE", 413, false),
    ("SERVICE_UNAVAILABLE", 503, true),
    ("RESOURCE_NOT_FOUND", 404, false),
    ("LEASE_LOST", 409, false),
    ("INVALID_SIGNATURE", 403, false),
    ("DELIVERY_CONFLICT", 409, false),
    ("PROPOSAL_NOT_FOUND", 404, false),
    ("STUDY_NOT_FOUND", 404, false),
    ("DIGEST_NOT_READY", 404, true),
    ("CLUSTER_NOT_FOUND", 404, false),
    ("TEMPLATE_NOT_FOUND", 404, false),
    ("CONFIG_REPO_NOT_FOUND", 404, false),
    ("JOB_NOT_FOUND", 404, false),
    ("LOCK_NOT_FOUND", 404, false),
    ("DELIVERY_NOT_FOUND", 404, false),
    ("APP_NOT_FOUND", 404, false),
    ("WEBHOOK_SECRET_NOT_CONFIGURED", 409, false),
    ("SECRETS_READ_ONLY", 409, false),
    ("INVALID_STATE_TRANSITION", 409, false),
    ("CLUSTER_HAS_NO_CONFIG_REPO", 422, false),
    ("GITHUB_NOT_CONFIGURED", 503, true),
    ("UNSUPPORTED_PROVIDER", 400, false),
    ("AUTH_REF_NOT_FOUND", 400, true),
    ("AUTH_REF_IN_USE", 409, false),
    ("CONFIG_REPO_NAME_TAKEN", 409, false),
    ("CONFIG_REPO_URL_TAKEN", 409, false),
    ("CLUSTER_NAME_TAKEN", 409, false),
    ("ETAG_MISMATCH", 409, false),
    ("CONFIG_REPO_IN_USE", 409, false),
    ("CLUSTER_IN_USE", 409, false),
    ("TEMPLATE_IN_USE", 409, false),
    ("IDEMPOTENCY_KEY_REUSED", 422, false),
    ("IDEMPOTENCY_KEY_IN_USE", 409, true),
    ("DIGEST_NOT_FOUND", 404, false),
    ("JUDGMENT_LIST_NOT_FOUND", 404, false),
    ("QUERY_SET_NOT_FOUND", 404, false),
    ("STUDY_HAS_DEPENDENT_PROPOSAL", 409, false),
    ("STUDY_HAS_DEPENDENT_DIGEST", 409, false),
    ("JUDGMENT_LIST_HAS_DEPENDENT_STUDY", 409, false),
    ("QUERY_SET_HAS_DEPENDENT_STUDY", 409, false),
    ("QUERY_SET_HAS_DEPENDENT_JUDGMENT_LIST", 409, false),
    ("QUERY_TEMPLATE_HAS_DEPENDENT_STUDY", 409, false),
    ("QUERY_TEMPLATE_HAS_DEPENDENT_PROPOSAL", 409, false),
    ("QUERY_TEMPLATE_HAS_DEPENDENT_JUDGMENT_LIST", 409, false),
];

/// What only a runner answers: what the job would end with that a preview looks ahead to.
const OF_RUNNERS: &[(&str, u16, bool)] = &[
    ("CLONE_FAILED", 503, true),
    ("BRANCH_EXISTS", 422, false),
    ("PARAM_NOT_IN_TEMPLATE", 422, false),
    ("PARAMS_FILE_NOT_FOUND", 422, false),
    ("NO_CHANGE", 422, false),
    ("PARAM_CONFLICT", 422, false),
    ("PATH_REFUSED", 422, false),
    ("BASE_BRANCH_NOT_FOUND", 422, false),
    ("GITHUB_AUTH_FAILED", 503, true),
    ("CONFIG_PATH_INVALID", 422, false),
];

/// What only a job ends with: a preview pushes nothing, takes no lock, expects nothing and asks git alone.
const OF_JOBS: &[&str] = &[
    "PUSH_REFUSED",
    "PREVIEW_OUTDATED",
    "GITHUB_API_FAILED",
    "LOCK_UNAVAILABLE",
    "RUNNER_STOPPING",
    "PULL_REQUEST_GONE",
    "WEBHOOK_URL_NOT_CONFIGURED",
    "WEBHOOK_REFUSED",
];

#[tokio::test]
async fn every_reason_has_its_status_its_code_and_says_whether_to_try_again() {
    let ingress = Ingress::start().await;
    let reasons: Vec<ErrorReason> =
        (0..200).filter_map(|number| ErrorReason::try_from(number).ok()).collect();
    assert!(EXPECTED.iter().all(|(code, ..)| ErrorReason::from_reason(code).is_some()));
    for reason in reasons {
        ingress.proposal.fake.on(move |_: &v1::GetProposalRequest| {
            Err::<v1::GetProposalResponse, _>(refusal(reason))
        });

        let request = ingress.operator(Method::GET, &format!("/api/v1/proposals/{ID}"));
        let answer = send_unheard_of(request).await;

        let known = EXPECTED.iter().find(|(code, ..)| *code == reason.reason());
        let (code, status, retryable) = known.copied().unwrap_or(("INTERNAL_ERROR", 500, false));
        assert_eq!(answer.code(), (status, code), "{reason:?}");
        assert_eq!(answer.body["detail"]["retryable"], retryable, "{reason:?}");
        assert_eq!(answer.body["detail"].as_object().unwrap().len(), 3, "{reason:?}");
        // What a core says of a request id is told of the header that it came in.
        let told =
            if code.starts_with("IDEMPOTENCY_KEY") { "Idempotency-Key" } else { reason.reason() };
        assert_eq!(
            answer.message().contains(told),
            status < 500 || code == "GITHUB_NOT_CONFIGURED",
            "{}",
            answer.text
        );
        assert_eq!(
            answer.header("retry-after").is_empty(),
            code != "SERVICE_UNAVAILABLE",
            "{reason:?}"
        );
    }
}

#[tokio::test]
async fn when_to_try_again_is_told_in_whole_seconds() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::GetDigestRequest| {
        let reason = ErrorReason::DigestNotReady.reason();
        let mut details =
            ErrorDetails::with_error_info(reason, "fake", HashMap::<String, String>::new());
        details.set_retry_info(Some(std::time::Duration::from_millis(2_001)));
        Err::<v1::GetDigestResponse, _>(Status::with_error_details(
            Code::NotFound,
            "not yet",
            details,
        ))
    });
    let answer = ingress.get(&format!("/api/v1/studies/{ID}/digest")).await;
    assert_eq!((answer.code(), answer.header("retry-after")), ((404, "DIGEST_NOT_READY"), "3"));
}

#[tokio::test]
async fn violations_are_told_by_the_names_that_the_caller_knows() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::CreateProposalRequest| {
        let fields = [
            ("config_diff[1].to_json", "must be finite"),
            ("metric_delta[0].metric", "is unknown"),
            ("cluster_id", "must be a UUID"),
        ];
        Err::<v1::CreateProposalResponse, _>(violations(&fields))
    });
    let body = json!({"config_diff": {"a": {"to": 1}, "b": {"to": 2}}, "metric_delta": {"ndcg@10": {"achieved": 1}}});
    let answer = ingress.post("/api/v1/proposals", &body.to_string()).await;
    assert_eq!(answer.code(), (422, "VALIDATION_ERROR"));
    assert_eq!(
        answer.message(),
        "config_diff.b.to must be finite; metric_delta.ndcg@10 is unknown; cluster_id must be a UUID"
    );

    ingress.proposal.fake.on(|_: &v1::UpdateDigestRequest| {
        Err::<v1::UpdateDigestResponse, _>(violations(&[
            ("digest.narrative", "must be set"),
            ("config_diff.changes[0].to_json", "must be JSON"),
        ]))
    });
    let request = ingress.operator(reqwest::Method::PUT, &format!("/api/v1/studies/{ID}/digest"));
    let answer =
        crate::harness::send(request.json(&json!({"config_diff": {"x.y": {"to": 1}}}))).await;
    assert_eq!(answer.message(), "narrative must be set; config_diff.x.y.to must be JSON");
}

#[tokio::test]
async fn a_core_that_does_not_take_our_token_is_our_fault() {
    let ingress = Ingress::with_service_token("nobody's").await;
    let answer = ingress.get(&format!("/api/v1/proposals/{ID}")).await;
    assert_eq!(answer.code(), (500, "INTERNAL_ERROR"));
    assert!(!answer.text.contains("token"), "{}", answer.text);
}

#[tokio::test]
async fn what_breaks_inside_is_not_told() {
    let ingress = Ingress::start().await;
    for code in [Code::Internal, Code::Unimplemented, Code::DataLoss, Code::OutOfRange] {
        ingress.proposal.fake.on(move |_: &v1::GetProposalRequest| {
            Err::<v1::GetProposalResponse, _>(Status::new(
                code,
                "relation proposals does not exist",
            ))
        });
        let answer = ingress.get(&format!("/api/v1/proposals/{ID}")).await;
        assert_eq!(answer.code(), (500, "INTERNAL_ERROR"), "{code:?}");
        assert!(!answer.text.contains("relation"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_core_that_is_away_is_named_and_may_be_asked_again() {
    let mut ingress = Ingress::start().await;
    ingress.registry.end().await;
    let answer = ingress.get("/api/v1/clusters").await;
    assert_eq!(answer.code(), (503, "SERVICE_UNAVAILABLE"));
    assert!(answer.message().contains("repo-registry"), "{}", answer.text);
    assert_eq!(
        (answer.header("retry-after"), &answer.body["detail"]["retryable"]),
        ("1", &json!(true))
    );
    assert_eq!(ingress.get("/api/v1/proposals").await.status, 200, "the others go on");
}

#[tokio::test]
async fn an_answer_off_the_contract_is_our_fault() {
    let ingress = Ingress::start().await;
    let answer = ingress.get(&format!("/api/v1/proposals/{ID}")).await;
    assert_eq!(answer.code(), (500, "INTERNAL_ERROR"), "no proposal in the answer");
    ingress.proposal.fake.on(|_: &v1::GetProposalRequest| {
        Ok(v1::GetProposalResponse { proposal: Some(crate::messages::proposal("1.0", "no json")) })
    });
    let answer = ingress.get(&format!("/api/v1/proposals/{ID}")).await;
    assert_eq!(answer.code(), (500, "INTERNAL_ERROR"));
}

#[tokio::test]
async fn a_preview_ends_as_the_job_would() {
    let ingress = Ingress::start().await;
    for (code, status, retryable) in OF_RUNNERS {
        let reason = ErrorReason::from_reason(code).unwrap();
        ingress.runner.fake.on(move |_: &runner::PreviewPullRequestRequest| {
            Err::<runner::PreviewPullRequestResponse, _>(refusal(reason))
        });
        let answer = ingress.post(&format!("/api/v1/proposals/{ID}/preview"), "").await;
        assert_eq!(answer.code(), (*status, *code));
        assert_eq!(answer.body["detail"]["retryable"], *retryable, "{code}");
        assert!(answer.message().contains(code), "{}", answer.text);
    }
}

#[test]
fn each_row_of_the_catalogue_is_in_one_table_or_in_both() {
    let all = (0..200).filter_map(|number| ErrorReason::try_from(number).ok());
    for reason in all {
        let Answer { status, code, retryable } = answer_to(reason);
        let known = EXPECTED.iter().find(|(code, ..)| *code == reason.reason());
        let of_runners = OF_RUNNERS.iter().find(|(code, ..)| *code == reason.reason());
        match (known, of_runners) {
            (Some(_), Some(_)) => panic!("{reason:?} stands twice"),
            (Some(row), None) => assert_eq!(*row, (code, status.as_u16(), retryable)),
            (None, Some(row)) => {
                let shown = answer_of_runner(reason);
                assert_eq!(*row, (shown.code, shown.status.as_u16(), shown.retryable));
                assert_eq!((code, status.as_u16()), ("INTERNAL_ERROR", 500));
            }
            (None, None) if OF_JOBS.contains(&reason.reason()) => {
                assert_eq!(
                    (code, answer_of_runner(reason).code),
                    ("INTERNAL_ERROR", "INTERNAL_ERROR")
                );
            }
            (None, None) => assert!(
                matches!(
                    (reason, code),
                    (ErrorReason::Unspecified | ErrorReason::InternalError, "INTERNAL_ERROR")
                        | (ErrorReason::Unauthenticated, "UNAUTHENTICATED")
                        | (ErrorReason::PermissionDenied, "PERMISSION_DENIED")
                ),
                "{reason:?} is in no table"
            ),
        }
    }
}
