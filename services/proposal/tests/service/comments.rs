//! The comment that shows the chart: queued once, done last, and of no consequence when it fails.

use std::time::Duration;

use pullwright_proto::{
    job::{
        self as v1, complete_job_request::Outcome, job::Spec, record_progress_request::Progress,
        retry::When,
    },
    proposal::{ProposalStatus, PullRequestState},
};

use crate::{
    harness::{Harness, answer, fields},
    runner::{Runner, Work, after, oid, pull},
    studies::finished_study,
};

/// A study's proposal and the job that opens it, in a runner's hands.
async fn leased(ledger: &Harness) -> (String, Work) {
    let request = finished_study(ledger);
    let created = answer(ledger.studies().create_study(request).await).unwrap();
    ledger.open(&created.proposal_id).await.unwrap();
    (created.proposal_id, Runner::of(ledger, "one").one().await)
}

/// A study's proposal with pull request 7, and the job that comments on it.
async fn opened(ledger: &Harness) -> (String, Work) {
    let (id, work) = leased(ledger).await;
    assert!(work.announce('b').await.unwrap());
    work.opened(pull(7, 1)).await.unwrap();
    let comment = work.runner.one().await;
    assert_eq!(comment.job.kind(), v1::JobKind::CommentPullRequest);
    (id, comment)
}

async fn comment_jobs(ledger: &Harness, id: &str) -> i64 {
    const SQL: &str =
        "SELECT count(*) AS n FROM jobs WHERE subject = $1 AND kind = 'comment_pull_request'";
    ledger.count(SQL, id).await
}

fn commented() -> Outcome {
    Outcome::Commented(v1::PullRequestCommented { comment_id: 41, adopted: false })
}

#[tokio::test]
async fn a_comment_is_queued_once_with_all_that_it_shows() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    assert!(work.announce('b').await.unwrap());
    for _ in 0..2 {
        work.opened(pull(7, 1)).await.unwrap();
    }
    assert_eq!(comment_jobs(&ledger, &id).await, 1);

    let comment = work.runner.one().await;
    let Some(Spec::CommentPullRequest(spec)) = &comment.job.spec else {
        panic!("no comment: {:?}", comment.job)
    };
    let proposal = spec.proposal.as_ref().unwrap();
    assert_eq!((proposal.id.as_str(), spec.generation), (id.as_str(), 1));
    assert_eq!(proposal.digest.as_ref().unwrap().parameter_importance["tie_breaker"], 0.9);
    assert!(!proposal.study.as_ref().unwrap().name.is_empty());
    assert_eq!(spec.pull_request.as_ref().unwrap().number, 7);
    assert_eq!(spec.branch, format!("pullwright/study-{}", proposal.study_id));
    assert_eq!(spec.announced, [v1::Announcement { base_oid: oid('a'), head_oid: oid('b') }]);
    assert_eq!(
        (spec.brand.as_str(), spec.target.as_ref().unwrap().name.is_empty()),
        ("pullwright", false)
    );

    assert!(comment.record(Progress::Commenting(())).await.unwrap());
    comment.complete(commented()).await.unwrap();
    comment.complete(commented()).await.unwrap();
    let events = ledger.events(&id).await;
    let [.., last] = &events[..] else { panic!("no events") };
    assert_eq!(
        (last.kind.as_str(), last.facts["comment_id"].as_str()),
        ("pull_request_commented", "41")
    );
    assert!(comment.runner.lease().await.is_none());
    assert_eq!(comment_jobs(&ledger, &id).await, 1);
}

#[tokio::test]
async fn no_comment_is_queued_when_it_is_switched_off() {
    let ledger = Harness::start_with(|settings| settings.chart_comment = false).await;
    let (id, work) = leased(&ledger).await;
    work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(comment_jobs(&ledger, &id).await, 0);
}

#[tokio::test]
async fn a_manual_proposal_has_nothing_to_comment() {
    let ledger = Harness::start().await;
    let (id, work) = crate::jobs::leased(&ledger).await;
    work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(comment_jobs(&ledger, &id).await, 0);
}

#[tokio::test]
async fn nobody_reads_a_comment_on_a_pull_request_that_is_unwanted_or_closed() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    ledger.reject(&id, "no").await.unwrap();
    work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(comment_jobs(&ledger, &id).await, 0, "rejected in flight");

    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    let closed = v1::PullRequestRef { state: PullRequestState::Closed.into(), ..pull(7, 1) };
    work.opened(closed).await.unwrap();
    assert_eq!(comment_jobs(&ledger, &id).await, 0, "found closed");

    let ledger = Harness::start().await;
    let (id, comment) = opened(&ledger).await;
    ledger.sql("UPDATE proposals SET pr_state = 'closed' WHERE id = $1", &id).await;
    assert!(!comment.record(Progress::Commenting(())).await.unwrap(), "closed meanwhile");
    comment.complete(Outcome::Abandoned(v1::Abandoned {})).await.unwrap();
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "abandoned");
}

#[tokio::test]
async fn a_comment_comes_after_everything_else_in_its_lane() {
    let ledger = Harness::start().await;
    let (_, work) = leased(&ledger).await;
    work.opened(pull(7, 1)).await.unwrap();
    let proposal = ledger.manual().await;
    ledger.open(&proposal.id).await.unwrap();

    let lease = work.runner.lease().await.unwrap();
    let kinds: Vec<_> = lease.jobs.iter().map(v1::Job::kind).collect();
    assert_eq!(kinds, [v1::JobKind::OpenPullRequest, v1::JobKind::CommentPullRequest]);
    for job in &lease.jobs {
        assert!(work.runner.work(&lease, job).fail(after(Duration::ZERO)).await.unwrap());
    }
    let one = work.runner.ask(v1::LeaseJobsRequest { max_jobs: 1, ..work.runner.request() });
    assert_eq!(one.await.unwrap().unwrap().jobs[0].kind(), v1::JobKind::OpenPullRequest);
}

#[tokio::test]
async fn a_comment_that_fails_leaves_the_proposal_alone() {
    let ledger = Harness::start().await;
    let (id, comment) = opened(&ledger).await;
    let before = ledger.get(&id).await.unwrap();
    assert!(!comment.fail(When::Never(())).await.unwrap());

    let now = ledger.get(&id).await.unwrap();
    assert_eq!(now, before);
    assert_eq!((now.status(), now.pull_request_error.as_str()), (ProposalStatus::PrOpened, ""));
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "comment_failed");
    assert!(comment.runner.lease().await.is_none());
}

#[tokio::test]
async fn the_outcome_of_another_kind_is_refused() {
    let ledger = Harness::start().await;
    let (_, work) = leased(&ledger).await;
    assert_eq!(fields(work.complete(commented()).await), ["commented"]);
    let tidied = Outcome::Tidied(v1::PullRequestsTidied::default());
    assert_eq!(fields(work.complete(tidied).await), ["tidied"]);
    work.opened(pull(7, 1)).await.unwrap();
    let comment = work.runner.one().await;
    assert_eq!(fields(comment.opened(pull(7, 1)).await), ["opened"]);
    let nothing = Outcome::Commented(v1::PullRequestCommented::default());
    assert_eq!(fields(comment.complete(nothing).await), ["commented.comment_id"]);
    comment.complete(commented()).await.unwrap();
}
