//! The net under a runner that wakes late: what it may have left is tidied up, and only then.

use std::time::Duration;

use pullwright_pg::Queries as _;
use pullwright_proto::{
    error::ErrorReason,
    job::{
        self as v1, complete_job_request::Outcome, job::Spec, record_progress_request::Progress,
        retry::When,
    },
};
use rstest::rstest;

use crate::{
    harness::{Harness, fields, reason, uuid},
    jobs::leased,
    runner::{Runner, Work, after, closed, oid, pull},
};

/// How many jobs that tidy up there are for a proposal.
async fn tidies(ledger: &Harness, id: &str) -> i64 {
    const SQL: &str =
        "SELECT count(*) AS n FROM jobs WHERE subject = $1 AND kind = 'tidy_pull_request'";
    ledger.count(SQL, id).await
}

/// How many seconds until the live one is due.
async fn due_in(ledger: &Harness, id: &str) -> f64 {
    const SQL: &str = "
        SELECT EXTRACT(EPOCH FROM due_at - now())::float8 AS s
        FROM jobs
        WHERE subject = $1 AND kind = 'tidy_pull_request' AND ended_at IS NULL";
    ledger.db().await.query_one(SQL, &[&uuid(id)]).await.unwrap().get("s")
}

/// Lets the time of all leases be up.
async fn expire(ledger: &Harness) {
    const SQL: &str =
        "UPDATE lanes SET expires_at = now() - interval '1 s' WHERE token IS NOT NULL";
    ledger.db().await.execute(SQL, &[]).await.unwrap();
}

async fn make_due(ledger: &Harness, id: &str) {
    const SQL: &str =
        "UPDATE jobs SET due_at = now() WHERE subject = $1 AND kind = 'tidy_pull_request'";
    ledger.sql(SQL, id).await;
}

fn tidy(work: &Work) -> &v1::TidyPullRequestSpec {
    match &work.job.spec {
        Some(Spec::TidyPullRequest(spec)) => spec,
        other => panic!("nothing to tidy: {other:?}"),
    }
}

fn announcement() -> Progress {
    Progress::Announcement(v1::Announcement { base_oid: oid('a'), head_oid: oid('b') })
}

#[rstest]
#[case::before_a_push(announcement())]
#[case::before_the_creation(Progress::CreatingPullRequest(()))]
#[tokio::test]
async fn a_lease_that_announced_an_effect_and_never_ended_is_tidied_up_after(
    #[case] intent: Progress,
) {
    let ledger = Harness::start().await;
    let (id, sleeper) = leased(&ledger).await;
    assert!(sleeper.record(intent).await.unwrap());
    expire(&ledger).await;
    assert_eq!(tidies(&ledger, &id).await, 0, "nobody knows yet");

    let next = Runner::of(&ledger, "other").one().await;
    assert_eq!(next.job.id, sleeper.job.id);
    assert_eq!(tidies(&ledger, &id).await, 1);
    let due = due_in(&ledger, &id).await;
    assert!((50.0..=60.0).contains(&due), "{due}: after the longest effect");
    assert!(ledger.kinds(&id).await.ends_with(&["lease_lost".into(), "tidy_queued".into()]));
    next.opened(pull(7, 1)).await.unwrap();
    assert!(next.runner.lease().await.is_none(), "it is not due yet");
}

#[tokio::test]
async fn a_close_that_was_lost_is_tidied_up_after_and_was_told() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    assert!(work.announce('b').await.unwrap());
    ledger.reject(&id, "no").await.unwrap();
    work.complete(Outcome::Abandoned(v1::Abandoned {})).await.unwrap();
    let sleeper = work.runner.one().await;
    for _ in 0..2 {
        assert!(sleeper.record(Progress::ClosingPullRequest(())).await.unwrap());
    }
    let events = ledger.events(&id).await;
    let closing: Vec<_> = events.iter().filter(|event| event.kind == "closing").collect();
    assert_eq!(closing.len(), 1, "once a lease");
    assert_eq!(closing[0].facts["job"], "close_pull_request");
    expire(&ledger).await;
    let next = Runner::of(&ledger, "other").one().await;
    assert_eq!(tidies(&ledger, &id).await, 1);
    next.complete(closed(None)).await.unwrap();
}

#[tokio::test]
async fn a_lease_that_announced_nothing_leaves_nothing() {
    let ledger = Harness::start().await;
    let (id, sleeper) = leased(&ledger).await;
    expire(&ledger).await;
    let next = Runner::of(&ledger, "other").one().await;
    assert_eq!(reason(sleeper.announce('b').await), ErrorReason::LeaseLost);
    assert_eq!(reason(sleeper.opened(pull(7, 1)).await), ErrorReason::LeaseLost);
    next.opened(pull(7, 1)).await.unwrap();
    assert_eq!(tidies(&ledger, &id).await, 0);
}

#[tokio::test]
async fn a_lease_that_ended_in_time_leaves_nothing() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    assert!(work.announce('b').await.unwrap());
    assert!(work.fail(after(Duration::ZERO)).await.unwrap());
    let next = Runner::of(&ledger, "other").one().await;
    assert!(next.announce('c').await.unwrap());
    assert_eq!(reason(work.opened(pull(7, 1)).await), ErrorReason::LeaseLost, "it has ended");
    next.opened(pull(7, 1)).await.unwrap();
    assert_eq!(reason(next.fail(When::Never(())).await), ErrorReason::LeaseLost, "it has ended");
    assert_eq!(reason(next.runner.renew(&next.lease).await), ErrorReason::LeaseLost);
    assert_eq!(tidies(&ledger, &id).await, 0);
}

#[tokio::test]
async fn a_wrong_word_about_one_job_of_a_running_lease_leaves_nothing() {
    let ledger = Harness::start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let proposal = ledger.manual().await;
        ledger.open(&proposal.id).await.unwrap();
        ids.push(proposal.id);
    }
    let runner = Runner::of(&ledger, "one");
    let lease = runner.lease().await.unwrap();
    let works: Vec<_> = lease.jobs.iter().map(|job| runner.work(&lease, job)).collect();
    works[0].opened(pull(7, 1)).await.unwrap();
    assert!(works[1].announce('b').await.unwrap());
    assert_eq!(reason(works[0].fail(When::Never(())).await), ErrorReason::LeaseLost);
    for id in ids {
        assert_eq!(tidies(&ledger, &id).await, 0);
    }
}

/// What a runner says that wakes late.
#[derive(Debug, Clone, Copy)]
enum Word {
    Progress,
    Completed,
    Failed,
    Renew,
}

#[rstest]
#[tokio::test]
async fn a_sleeper_that_is_heard_again_is_tidied_up_after(
    #[values(Word::Progress, Word::Completed, Word::Failed, Word::Renew)] word: Word,
    #[values(true, false)] was_replaced: bool,
) {
    let ledger = Harness::start().await;
    let (id, sleeper) = leased(&ledger).await;
    assert!(sleeper.announce('b').await.unwrap());
    expire(&ledger).await;
    if was_replaced {
        let next = Runner::of(&ledger, "other").one().await;
        next.opened(pull(7, 1)).await.unwrap();
        make_due(&ledger, &id).await;
        let tidy = next.runner.one().await;
        tidy.complete(Outcome::Tidied(v1::PullRequestsTidied::default())).await.unwrap();
        assert_eq!(tidies(&ledger, &id).await, 1);
    }

    let told = match word {
        Word::Progress => sleeper.record(Progress::PullRequest(pull(8, 1))).await.map(drop),
        Word::Completed => sleeper.opened(pull(8, 1)).await,
        Word::Failed => sleeper.fail(When::Backoff(())).await.map(drop),
        Word::Renew => sleeper.runner.renew(&sleeper.lease).await.map(drop),
    };
    assert_eq!(reason(told), ErrorReason::LeaseLost);
    let before = i64::from(was_replaced);
    assert_eq!(tidies(&ledger, &id).await, before + 1);
    assert!(due_in(&ledger, &id).await > 50.0);
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "tidy_queued");

    // Heard twice it is one job, which waits for as long again.
    ledger.sql("UPDATE jobs SET due_at = now() WHERE subject = $1 AND ended_at IS NULL", &id).await;
    assert_eq!(reason(sleeper.runner.renew(&sleeper.lease).await), ErrorReason::LeaseLost);
    assert_eq!(tidies(&ledger, &id).await, before + 1);
    assert!(due_in(&ledger, &id).await > 50.0);
}

#[tokio::test]
async fn a_tidy_job_knows_what_stays() {
    let ledger = Harness::start().await;
    let (id, sleeper) = leased(&ledger).await;
    assert!(sleeper.announce('b').await.unwrap());
    expire(&ledger).await;
    let next = Runner::of(&ledger, "other").one().await;
    make_due(&ledger, &id).await;
    next.opened(pull(7, 1)).await.unwrap();

    let work = next.runner.one().await;
    assert_eq!(work.job.kind(), v1::JobKind::TidyPullRequest);
    let spec = tidy(&work);
    assert_eq!((spec.proposal_id.as_str(), spec.generation), (id.as_str(), 1));
    assert_eq!((spec.wanted, spec.pull_request.as_ref().unwrap().number), (true, 7));
    assert_eq!(spec.announced.len(), 1);
    assert_eq!(spec.branch, format!("pullwright/proposal-{id}"));
    assert!(spec.target.is_some());
    assert!(work.record(Progress::ClosingPullRequest(())).await.unwrap());
    let outcome = |number| {
        Outcome::Tidied(v1::PullRequestsTidied {
            closed_numbers: vec![number],
            branch_deleted: false,
            branch_kept_reason: "pull request #7 needs it".to_owned(),
            deleted_comment_ids: vec![41, 42],
        })
    };
    assert_eq!(fields(work.complete(outcome(0)).await), ["tidied"]);
    work.complete(outcome(9)).await.unwrap();
    let event = ledger.events(&id).await.pop().unwrap();
    assert_eq!(event.message, "closed #9, which nothing records; the branch stays");
    let fact = |name: &str| event.facts[name].as_str();
    assert_eq!((event.kind.as_str(), fact("closed_numbers")), ("tidied", "#9"));
    assert_eq!(fact("deleted_comment_ids"), "41,42");
    assert_eq!(fact("branch_kept_reason"), "pull request #7 needs it");
    let now = ledger.get(&id).await.unwrap();
    assert_eq!(now.pull_request_number, 7, "nothing of the proposal changes");
}

#[tokio::test]
async fn a_sleeper_of_a_rejected_proposal_is_looked_after_by_whoever_comes_next() {
    let ledger = Harness::start().await;
    let (id, sleeper) = leased(&ledger).await;
    assert!(sleeper.announce('b').await.unwrap());
    expire(&ledger).await;
    ledger.reject(&id, "no").await.unwrap();
    assert_eq!((ledger.open_jobs(&id).await, ledger.close_jobs(&id).await), (1, 1));

    let runner = Runner::of(&ledger, "other");
    let lease = runner.lease().await.unwrap();
    assert_eq!(tidies(&ledger, &id).await, 1);
    let [open, close] = [0, 1].map(|index| runner.work(&lease, &lease.jobs[index]));
    assert!(!open.record(Progress::CreatingPullRequest(())).await.unwrap());
    open.complete(Outcome::Abandoned(v1::Abandoned {})).await.unwrap();
    close.complete(closed(None)).await.unwrap();
    make_due(&ledger, &id).await;
    assert!(!tidy(&runner.one().await).wanted);
}

#[tokio::test]
async fn one_that_is_wanted_again_while_it_runs_runs_again_later() {
    let ledger = Harness::start().await;
    let (id, sleeper) = leased(&ledger).await;
    assert!(sleeper.announce('b').await.unwrap());
    expire(&ledger).await;
    let next = Runner::of(&ledger, "other").one().await;
    next.opened(pull(7, 1)).await.unwrap();
    make_due(&ledger, &id).await;
    let work = next.runner.one().await;
    assert_eq!(reason(sleeper.announce('b').await), ErrorReason::LeaseLost);
    work.complete(Outcome::Tidied(v1::PullRequestsTidied::default())).await.unwrap();
    assert!(next.runner.lease().await.is_none(), "not at once");
    assert!(due_in(&ledger, &id).await > 50.0);
}

#[tokio::test]
async fn tidying_up_that_fails_leaves_the_proposal_alone() {
    let ledger = Harness::start().await;
    let (id, sleeper) = leased(&ledger).await;
    assert!(sleeper.announce('b').await.unwrap());
    expire(&ledger).await;
    let next = Runner::of(&ledger, "other").one().await;
    next.opened(pull(7, 1)).await.unwrap();
    make_due(&ledger, &id).await;
    let before = ledger.get(&id).await.unwrap();
    let work = next.runner.one().await;
    assert!(!work.fail(When::Never(())).await.unwrap());
    assert_eq!(ledger.get(&id).await.unwrap(), before);
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "tidy_failed");
}
