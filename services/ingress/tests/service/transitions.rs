//! What a person does with a proposal, and what a runner is asked about it.

use pullwright_ingress::Role;
use pullwright_proto::{proposal as v1, runner};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    harness::{Ingress, send},
    messages::{ID, at, event, proposal},
};

const OTHER: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

fn path(call: &str) -> String {
    format!("/api/v1/proposals/{ID}/{call}")
}

#[tokio::test]
async fn what_was_previewed_may_be_named_when_opening() {
    let ingress = Ingress::start().await;
    let (sha256, oid) = ("ab".repeat(32), "cd".repeat(20));
    let promise = json!({"proposal_id": ID, "status": "pending", "message": "PR creation queued"});
    for (body, expected) in [
        (String::new(), ("", "")),
        ("{}".to_owned(), ("", "")),
        (
            format!(r#"{{"expected_patch_sha256":"{sha256}","expected_base_oid":null}}"#),
            (sha256.as_str(), ""),
        ),
        (
            format!(r#"{{"expected_patch_sha256":"{sha256}","expected_base_oid":"{oid}"}}"#),
            (&sha256, &oid),
        ),
    ] {
        let answer = ingress.post(&path("open_pr"), &body).await;
        assert_eq!((answer.status, &answer.body), (202, &promise), "{body}");
        let seen = ingress.proposal.fake.seen::<v1::OpenPullRequestRequest>().pop().unwrap();
        assert_eq!(
            (seen.expected_patch_sha256.as_str(), seen.expected_base_oid.as_str()),
            expected
        );
    }
}

#[tokio::test]
async fn superseding_and_reinstating_answer_the_proposal() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|request: &v1::SupersedeProposalRequest| {
        let superseded = v1::Proposal {
            status: v1::ProposalStatus::Superseded.into(),
            superseded_by_proposal_id: request.superseded_by_proposal_id.clone(),
            ..proposal("1", "2")
        };
        Ok(v1::SupersedeProposalResponse { proposal: Some(superseded) })
    });
    for (body, by) in [
        (format!(r#"{{"superseded_by_proposal_id":"{OTHER}","reason":"better"}}"#), json!(OTHER)),
        ("{}".to_owned(), Value::Null),
        (String::new(), Value::Null),
    ] {
        let answer = ingress.post(&path("supersede"), &body).await;
        assert_eq!(
            (answer.status, &answer.body["status"], &answer.body["superseded_by_proposal_id"]),
            (200, &json!("superseded"), &by)
        );
    }
    assert_eq!(ingress.proposal.fake.seen::<v1::SupersedeProposalRequest>()[0].reason, "better");

    ingress.proposal.fake.on(|_: &v1::ReinstateProposalRequest| {
        Ok(v1::ReinstateProposalResponse { proposal: Some(proposal("1", "2")) })
    });
    for body in ["", "{}"] {
        let answer = ingress.post(&path("reinstate"), body).await;
        assert_eq!((answer.status, &answer.body["status"]), (200, &json!("pending")), "{body}");
    }
}

#[tokio::test]
async fn a_preview_shows_what_would_be_opened() {
    let ingress = Ingress::start().await;
    ingress.runner.fake.on(|_: &runner::PreviewPullRequestRequest| {
        Ok(runner::PreviewPullRequestResponse {
            patch: "--- a\n+++ b\n".into(),
            drifts: vec![runner::PreviewDrift {
                key: "boost".into(),
                expected_json: "1.0".into(),
                found_json: String::new(),
            }],
            ..runner::PreviewPullRequestResponse::default()
        })
    });
    let answer = ingress.post(&path("preview"), "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        (&answer.body["patch"], &answer.body["chart_path"], &answer.body["drifts"]),
        (
            &json!("--- a\n+++ b\n"),
            &Value::Null,
            &json!([{"key": "boost", "expected": 1.0, "found": null}])
        )
    );
    assert!(answer.text.contains(r#""expected":1.0"#), "as spelled: {}", answer.text);
    assert_eq!(ingress.runner.fake.seen::<runner::PreviewPullRequestRequest>()[0].proposal_id, ID);
}

#[tokio::test]
async fn why_is_one_sentence_and_the_facts_behind_it() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::ExplainProposalRequest| {
        Ok(v1::ExplainProposalResponse {
            sentence: "it waits".into(),
            proposal: Some(proposal("1", "2")),
            pending_work: Some(v1::PendingWork {
                kind: "open_pull_request".into(),
                state: "waiting".into(),
                due_at: at(1_767_225_600),
                attempt: 2,
                ..v1::PendingWork::default()
            }),
            last_failure: Some(v1::FailedAttempt {
                reason: "CLONE_FAILED".into(),
                message: "away".into(),
                failed_at: at(1_767_225_600),
                will_retry: true,
            }),
            actions: vec![v1::PossibleAction {
                description: "reject it".into(),
                method: "RejectProposal".into(),
            }],
            events: vec![event("41", "open_requested")],
        })
    });
    let body = ingress.get(&path("why")).await.body;
    assert_eq!((&body["sentence"], &body["proposal"]["id"]), (&json!("it waits"), &json!(ID)));
    assert_eq!(
        body["pending_work"],
        json!({"kind": "open_pull_request", "state": "waiting", "due_at": "2026-01-01T00:00:00Z", "attempt": 2, "holder": null, "lease_expires_at": null, "jobs_ahead": 0})
    );
    assert_eq!(
        (&body["last_failure"]["reason"], &body["actions"][0]["method"], &body["events"][0]["id"]),
        (&json!("CLONE_FAILED"), &json!("RejectProposal"), &json!("41"))
    );
}

#[tokio::test]
async fn a_check_answers_line_by_line() {
    let ingress = Ingress::start().await;
    ingress.runner.fake.on(|_: &runner::CheckConfigRepoRequest| {
        let line = |check: &str, outcome: runner::CheckOutcome, remedy: &str| runner::CheckLine {
            check: check.into(),
            subject: String::new(),
            outcome: outcome.into(),
            message: "m".into(),
            remedy: remedy.into(),
        };
        Ok(runner::CheckConfigRepoResponse {
            lines: vec![
                line("credential", runner::CheckOutcome::Pass, ""),
                line("base_branch", runner::CheckOutcome::Fail, "make it"),
                line("params_file", runner::CheckOutcome::Skipped, ""),
            ],
            ok: false,
            credential_expires_at: None,
        })
    });
    let body = ingress.post(&format!("/api/v1/config-repos/{ID}/check"), "").await.body;
    let outcomes: Vec<_> =
        body["lines"].as_array().unwrap().iter().map(|line| &line["outcome"]).collect();
    assert_eq!(outcomes, ["pass", "fail", "skipped"]);
    assert_eq!(
        (&body["ok"], &body["lines"][1]["remedy"], &body["lines"][0]["remedy"]),
        (&json!(false), &json!("make it"), &Value::Null)
    );
}

#[tokio::test]
async fn a_lock_is_shown_and_broken() {
    let ingress = Ingress::start().await;
    let lock = || runner::RepositoryLock {
        repository_id: ID.into(),
        epoch: 7,
        holder: "runner-1".into(),
        acquired_at: at(1_767_225_600),
        expires_in: Some(prost_types::Duration { seconds: 29, nanos: 500_000_000 }),
    };
    ingress.runner.fake.on(move |_: &runner::ListLocksRequest| {
        Ok(runner::ListLocksResponse { locks: vec![lock()], total_size: 1, ..Default::default() })
    });
    ingress.runner.fake.on(move |_: &runner::BreakLockRequest| {
        Ok(runner::BreakLockResponse { lock: Some(lock()) })
    });
    let shown = json!({"repository_id": ID, "epoch": 7, "holder": "runner-1", "acquired_at": "2026-01-01T00:00:00Z", "expires_in_ms": 29_500});
    assert_eq!(ingress.get("/api/v1/locks").await.body["data"], json!([shown]));

    let path = format!("/api/v1/locks/{ID}/break");
    let request =
        ingress.request_as(Role::Admin, Method::POST, &path).header("idempotency-key", "once");
    let answer =
        send(request.header(header::CONTENT_TYPE, "application/json").body(r#"{"reason":"gone"}"#))
            .await;
    assert_eq!((answer.status, answer.body), (200, shown));
    let seen = ingress.runner.fake.seen::<runner::BreakLockRequest>().remove(0);
    assert_eq!(
        (seen.repository_id.as_str(), seen.reason.as_str(), seen.request_id.as_str()),
        (ID, "gone", "once")
    );
    let malformed = ingress.request_as(Role::Admin, Method::POST, "/api/v1/locks/x/break");
    assert_eq!(send(malformed).await.code(), (404, "LOCK_NOT_FOUND"));
}

#[tokio::test]
async fn a_study_may_say_which_one_it_follows() {
    let ingress = Ingress::start().await;
    let body = json!({
        "name": "s", "cluster_id": ID, "template_id": ID, "objective": {"metric": "mrr", "direction": "maximize"},
        "parent_study_id": ID, "parent_proposal_id": OTHER, "parent_proposal_followup_index": 0, "auto_followup_depth": 2,
    });
    ingress.proposal.fake.on(|_: &v1::CreateStudyRequest| {
        Ok(v1::CreateStudyResponse { study_id: ID.into(), ..v1::CreateStudyResponse::default() })
    });
    assert_eq!(ingress.post("/api/v1/studies", &body.to_string()).await.status, 201);
    let seen = ingress.proposal.fake.seen::<v1::CreateStudyRequest>().remove(0);
    assert_eq!((seen.parent_study_id.as_str(), seen.parent_proposal_id.as_str()), (ID, OTHER));
    assert_eq!((seen.parent_proposal_followup_index, seen.auto_followup_depth), (Some(0), Some(2)));
}

#[tokio::test]
async fn studies_are_listed_short_and_shown_with_their_confidence() {
    let ingress = Ingress::start().await;
    let study = || v1::Study {
        id: ID.into(),
        name: "s".into(),
        cluster_id: ID.into(),
        template_id: ID.into(),
        objective: Some(v1::Objective {
            metric: "ndcg".into(),
            k: 10,
            direction: "maximize".into(),
        }),
        status: "completed".into(),
        best_metric: Some(0.487),
        created_at: at(1_767_225_600),
        parent_study_id: OTHER.into(),
        confidence: Some(v1::Confidence {
            metric: "ndcg@10".into(),
            runner_up_gap: Some(v1::RunnerUpGap { gap: 0.075, shape: "sharp_peak".into() }),
            ..v1::Confidence::default()
        }),
        ..v1::Study::default()
    };
    ingress.proposal.fake.on(move |_: &v1::ListStudiesRequest| {
        Ok(v1::ListStudiesResponse { studies: vec![study()], total_size: 1, ..Default::default() })
    });
    ingress
        .proposal
        .fake
        .on(move |_: &v1::GetStudyRequest| Ok(v1::GetStudyResponse { study: Some(study()) }));
    let listed = ingress.get("/api/v1/studies").await;
    assert_eq!(listed.header("x-total-count"), "1");
    let row = &listed.body["data"][0];
    assert_eq!((&row["parent_study_id"], row.get("trials")), (&json!(OTHER), None));
    let shown = ingress.get(&format!("/api/v1/studies/{ID}")).await.body;
    assert_eq!(shown["confidence"]["runner_up_gap"], json!({"gap": 0.075, "shape": "sharp_peak"}));
    assert_eq!((&shown["confidence"]["interval"], &shown["trials"]), (&Value::Null, &json!([])));
}
