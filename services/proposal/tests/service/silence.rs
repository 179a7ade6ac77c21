//! Jobs whose runner goes silent each time: they are given up like those that fail.

use pullwright_pg::Queries as _;
use pullwright_proto::{
    error::ErrorReason,
    job::{self as v1, job::Spec},
    proposal::ProposalStatus,
};
use rstest::rstest;

use crate::{
    harness::{Harness, reason, uuid},
    jobs::leased,
    moves::{expire, live_jobs},
    runner::{Runner, pull},
};

const TWENTY: &str = "UPDATE jobs SET attempt = 20 WHERE subject = $1";
const NINETEEN: &str = "UPDATE jobs SET attempt = 19 WHERE subject = $1";
const AN_HOUR: &str =
    "UPDATE jobs SET first_leased_at = now() - interval '61 min' WHERE subject = $1";
const LESS: &str = "UPDATE jobs SET first_leased_at = now() - interval '55 min' WHERE subject = $1";
/// It was tried for a moment, long ago, and nobody has asked for work since.
const A_LONG_NIGHT: &str = "
    WITH lane AS (
        UPDATE lanes
        SET expires_at = now() - interval '9 h'
    )
    UPDATE jobs
    SET first_leased_at = now() - interval '9 h 1 min'
    WHERE subject = $1";

#[rstest]
#[case::twenty_attempts(TWENTY, true)]
#[case::nineteen_attempts(NINETEEN, false)]
#[case::an_hour(AN_HOUR, true)]
#[case::less_than_an_hour(LESS, false)]
#[case::time_in_which_nobody_tried(A_LONG_NIGHT, false)]
#[tokio::test]
async fn a_job_whose_runner_goes_silent_is_given_up_like_one_that_fails(
    #[case] past: &str,
    #[case] is_given_up: bool,
) {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    expire(&ledger).await;
    ledger.sql(past, &id).await;
    let next = Runner::of(&ledger, "other").lease().await;
    assert_eq!(next.is_none(), is_given_up);
    let proposal = ledger.get(&id).await.unwrap();
    assert_eq!(proposal.is_opening, !is_given_up);
    if !is_given_up {
        assert_eq!(proposal.pull_request_error, "");
        return;
    }
    let error = proposal.pull_request_error;
    assert!(error.starts_with("LEASE_LOST: no runner finished it: "), "{error}");
    assert!(error.contains("(given up after "), "{error}");
    assert_eq!(reason(work.opened(pull(7, 1)).await), ErrorReason::LeaseLost);
    assert!(ledger.kinds(&id).await.ends_with(&["lease_lost".into(), "open_failed".into()]));
    const JOB: &str = "SELECT outcome, last_reason, attempt FROM jobs WHERE subject = $1";
    let job = ledger.db().await.query_one(JOB, &[&uuid(&id)]).await.unwrap();
    let words: (String, String) = (job.get("outcome"), job.get("last_reason"));
    assert_eq!(words, ("failed".to_owned(), "LEASE_LOST".to_owned()));

    ledger.open(&id).await.unwrap();
    let again = Runner::of(&ledger, "other").one().await;
    assert_eq!(again.job.attempt, 1, "a click begins anew");
    again.opened(pull(7, 1)).await.unwrap();
    assert_eq!(ledger.get(&id).await.unwrap().pull_request_error, "");
}

#[tokio::test]
async fn a_runner_that_dies_each_time_is_not_leased_the_job_for_ever() {
    let ledger = Harness::start().await;
    let (id, _) = leased(&ledger).await;
    let mut leases = 1;
    loop {
        expire(&ledger).await;
        if Runner::of(&ledger, "mortal").lease().await.is_none() {
            break;
        }
        leases += 1;
        assert!(leases <= 20, "for ever");
    }
    assert_eq!(leases, 20);
    let error = ledger.get(&id).await.unwrap().pull_request_error;
    assert!(error.ends_with("(given up after 20 attempts)"), "{error}");
}

#[tokio::test]
async fn a_click_in_between_makes_a_silent_one_begin_anew() {
    let ledger = Harness::start().await;
    let (id, _) = leased(&ledger).await;
    expire(&ledger).await;
    ledger.sql(TWENTY, &id).await;
    ledger.sql(AN_HOUR, &id).await;
    ledger.open(&id).await.unwrap();
    let next = Runner::of(&ledger, "other").one().await;
    assert_eq!(next.job.attempt, 1);
}

#[tokio::test]
async fn what_is_given_up_is_tidied_up_after_and_the_others_of_its_lane_are_leased() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    work.announce('b').await.unwrap();
    let other = ledger.manual().await.id;
    ledger.open(&other).await.unwrap();
    expire(&ledger).await;
    ledger.sql(TWENTY, &id).await;
    let next = Runner::of(&ledger, "other").one().await;
    assert_eq!(next.open().proposal.as_ref().unwrap().id, other);
    assert_eq!(live_jobs(&ledger, &id).await, [("tidy_pull_request".to_owned(), 1)]);
    next.opened(pull(8, 1)).await.unwrap();
    assert!(next.runner.lease().await.is_none(), "the lane is free, the tidying is not due");
}

#[tokio::test]
async fn a_closing_that_is_given_up_is_told_and_changes_no_state() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    work.opened(pull(7, 1)).await.unwrap();
    ledger.reject(&id, "no").await.unwrap();
    let close = work.runner.one().await;
    expire(&ledger).await;
    ledger.sql("UPDATE jobs SET attempt = 20 WHERE subject = $1 AND ended_at IS NULL", &id).await;
    assert!(close.runner.lease().await.is_none());
    let proposal = ledger.get(&id).await.unwrap();
    assert_eq!(proposal.status(), ProposalStatus::Rejected);
    assert_eq!(proposal.pull_request_error, "");
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "close_failed");
}

#[tokio::test]
async fn tidying_up_ends_too_when_its_runner_goes_silent_each_time() {
    let ledger =
        Harness::start_with(|settings| settings.tidy_after = std::time::Duration::ZERO).await;
    let (id, work) = leased(&ledger).await;
    work.announce('b').await.unwrap();
    expire(&ledger).await;
    let next = Runner::of(&ledger, "other").one().await;
    next.opened(pull(7, 1)).await.unwrap();
    for _ in 0..20 {
        let lease = next.runner.lease().await.expect("the tidying is due");
        let tidy = next.runner.work(&lease, &lease.jobs[0]);
        assert!(matches!(tidy.job.spec, Some(Spec::TidyPullRequest(_))));
        let closing = v1::record_progress_request::Progress::ClosingPullRequest(());
        assert!(tidy.record(closing).await.unwrap());
        expire(&ledger).await;
    }
    assert!(next.runner.lease().await.is_none());
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "tidy_failed");
}
