//! Attempts that fail: what is tried again, when, and what stands on the proposal in the end.

use std::time::Duration;

use pullwright_pg::Queries as _;
use pullwright_proto::{
    error::ErrorReason,
    job::retry::When,
    proposal::{ProposalStatus, PullRequestState},
};
use rstest::rstest;

use crate::{
    harness::{Harness, reason, uuid},
    jobs::{leased, state},
    runner::{Runner, after, pull},
};

#[tokio::test]
async fn the_same_failure_again_is_the_same_answer_also_when_another_runner_has_the_job() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    assert!(work.fail(after(Duration::ZERO)).await.unwrap());
    let next = Runner::of(&ledger, "other").one().await;
    let events = ledger.events(&id).await;
    assert!(work.fail(after(Duration::ZERO)).await.unwrap());
    assert_eq!(reason(work.fail(When::Never(())).await), ErrorReason::LeaseLost);
    assert_eq!(ledger.events(&id).await, events);
    assert!(!next.fail(When::Never(())).await.unwrap());
    assert!(!next.fail(When::Never(())).await.unwrap());
    assert_eq!(
        reason(work.fail(after(Duration::ZERO)).await),
        ErrorReason::LeaseLost,
        "a newer answer was given"
    );
}

#[tokio::test]
async fn a_hopeless_failure_stands_on_the_proposal_until_somebody_asks_again() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    let retries = work
        .fail_with("PARAM_NOT_IN_TEMPLATE", "`boost` is not declared", When::Never(()))
        .await
        .unwrap();
    assert!(!retries);
    let proposal = ledger.get(&id).await.unwrap();
    assert_eq!(proposal.status(), ProposalStatus::Pending);
    assert_eq!(proposal.pull_request_error, "PARAM_NOT_IN_TEMPLATE: `boost` is not declared");
    assert!(!proposal.is_opening);
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "open_failed");
    assert!(work.runner.lease().await.is_none());

    ledger.open(&id).await.unwrap();
    let again = work.runner.one().await;
    assert_eq!(again.job.attempt, 1, "another job");
    again.opened(pull(7, 1)).await.unwrap();
    assert_eq!(ledger.get(&id).await.unwrap().pull_request_error, "");
}

#[tokio::test]
async fn a_click_while_the_job_is_leased_makes_it_run_again_after_a_failure() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    ledger.open(&id).await.unwrap();
    ledger.open(&id).await.unwrap();
    assert_eq!(ledger.open_jobs(&id).await, 1, "a double click is one job");
    assert!(work.fail(When::Never(())).await.unwrap(), "somebody wanted it meanwhile");
    assert_eq!(ledger.get(&id).await.unwrap().pull_request_error, "");
    let again = work.runner.one().await;
    assert_eq!(
        (again.job.id.as_str(), again.job.attempt),
        (work.job.id.as_str(), 1),
        "at once, and anew"
    );
    assert!(!again.fail(When::Never(())).await.unwrap(), "the click was answered");
}

#[tokio::test]
async fn a_click_while_the_job_is_leased_is_answered_by_its_success() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    ledger.open(&id).await.unwrap();
    work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(ledger.open_jobs(&id).await, 0);
    assert!(work.runner.lease().await.is_none());
}

#[tokio::test]
async fn a_click_does_not_wait_for_a_backoff() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    assert!(work.fail(after(Duration::from_secs(3600))).await.unwrap());
    assert!(work.runner.lease().await.is_none());
    let failed = ledger.events(&id).await.pop().unwrap();
    assert_eq!(
        (failed.kind.as_str(), failed.facts["reason"].as_str()),
        ("attempt_failed", "GITHUB_API_FAILED")
    );
    assert!(failed.facts.contains_key("due_at"));
    ledger.open(&id).await.unwrap();
    work.runner.one().await;
}

#[tokio::test]
async fn a_job_that_waits_blocks_nobody() {
    let ledger = Harness::start().await;
    let (_, work) = leased(&ledger).await;
    assert!(work.fail(after(Duration::from_secs(3600))).await.unwrap());
    let (_, other) = leased(&ledger).await;
    assert_eq!(other.lease.lane, work.lease.lane);
    other.opened(pull(8, 1)).await.unwrap();
}

#[rstest]
#[case::twenty_attempts("UPDATE jobs SET attempt = 20 WHERE subject = $1", false)]
#[case::nineteen_attempts("UPDATE jobs SET attempt = 19 WHERE subject = $1", true)]
#[case::an_hour(
    "UPDATE jobs SET first_leased_at = now() - interval '1 h' WHERE subject = $1",
    false
)]
#[case::not_quite_an_hour(
    "UPDATE jobs SET first_leased_at = now() - interval '55 min' WHERE subject = $1",
    true
)]
#[tokio::test]
async fn a_backoff_ends_after_twenty_attempts_or_an_hour(#[case] age: &str, #[case] retries: bool) {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    ledger.sql(age, &id).await;
    assert_eq!(work.fail(When::Backoff(())).await.unwrap(), retries);
    let error = ledger.get(&id).await.unwrap().pull_request_error;
    assert_eq!(error.is_empty(), retries, "{error}");
    assert!(
        retries || error.starts_with("GITHUB_API_FAILED: GitHub said 502 (given up after"),
        "{error}"
    );
}

#[tokio::test]
async fn a_wait_for_a_limit_counts_neither_as_an_attempt_nor_as_time() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    work.fail(after(Duration::from_secs(7200))).await.unwrap();
    const SQL: &str = "SELECT attempt, first_leased_at > now() + interval '1 h' AS is_young FROM jobs WHERE subject = $1";
    let job = ledger.db().await.query_one(SQL, &[&uuid(&id)]).await.unwrap();
    assert_eq!((job.get::<_, i32>("attempt"), job.get::<_, bool>("is_young")), (0, true));
    ledger.open(&id).await.unwrap();
    let again = work.runner.one().await;
    assert!(again.fail(When::Backoff(())).await.unwrap());
}

#[tokio::test]
async fn a_message_is_redacted_and_cut() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    let token = format!("gh{}_{}", "p", "Q".repeat(36));
    let message = format!("push with {token} refused: {}", "ü".repeat(5000));
    assert!(!work.fail_with("PUSH_REFUSED", &message, When::Never(())).await.unwrap());
    let error = ledger.get(&id).await.unwrap().pull_request_error;
    assert!(!error.contains(&token) && error.ends_with('…'), "{error}");
    assert_eq!(error.chars().count(), "PUSH_REFUSED: ".len() + 4000);
    assert!(!format!("{:?}", ledger.events(&id).await).contains(&token));
}

#[tokio::test]
async fn a_close_job_that_fails_for_good_is_told_and_changes_no_state() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    ledger.reject(&id, "no").await.unwrap();
    work.opened(pull(7, 1)).await.unwrap();
    let closing = work.runner.one().await;
    assert!(!closing.fail(When::Never(())).await.unwrap());
    let proposal = ledger.get(&id).await.unwrap();
    assert_eq!(state(&proposal), (ProposalStatus::Rejected, PullRequestState::Open));
    assert_eq!(proposal.pull_request_error, "");
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "close_failed");
}
