//! Jobs: what a runner tells of them becomes state, once.

use std::time::Duration;

use pullwright_proto::{
    error::ErrorReason,
    job::{
        self as v1, complete_job_request::Outcome, record_progress_request::Progress, retry::When,
    },
    proposal::{Proposal, ProposalStatus, PullRequestState},
};

use crate::{
    harness::{Harness, fields, reason},
    runner::{Runner, Work, after, closed, oid, opened, pull, second},
};

/// A proposal and the job that opens it, in a runner's hands.
pub async fn leased(ledger: &Harness) -> (String, Work) {
    let proposal = ledger.manual().await;
    ledger.open(&proposal.id).await.unwrap();
    (proposal.id, Runner::of(ledger, "one").one().await)
}

/// Where a proposal and its pull request stand.
pub fn state(proposal: &Proposal) -> (ProposalStatus, PullRequestState) {
    (proposal.status(), proposal.pull_request_state())
}

#[tokio::test]
async fn a_pull_request_is_opened_step_by_step() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    assert!(work.announce('b').await.unwrap());
    assert!(work.announce('b').await.unwrap(), "once more is no other announcement");
    assert!(work.record(Progress::CreatingPullRequest(())).await.unwrap());
    assert!(work.record(Progress::PullRequest(pull(7, 1))).await.unwrap());
    assert_eq!(
        ledger.get(&id).await.unwrap().status(),
        ProposalStatus::Pending,
        "the end makes it opened"
    );
    work.complete(Outcome::Opened(v1::PullRequestOpened {
        pull_request: Some(pull(7, 1)),
        adopted: true,
        moved_from_base_oid: oid('c'),
        drifts: vec![v1::Drift {
            key: "boost".into(),
            expected_json: "1.0".into(),
            found_json: "1.5".into(),
        }],
        ..v1::PullRequestOpened::default()
    }))
    .await
    .unwrap();

    let proposal = ledger.get(&id).await.unwrap();
    assert_eq!(state(&proposal), (ProposalStatus::PrOpened, PullRequestState::Open));
    assert_eq!((proposal.pull_request_number, proposal.pull_request_url), (7, pull(7, 1).url));
    assert_eq!((proposal.pull_request_error.as_str(), proposal.is_opening), ("", false));
    assert_eq!(
        ledger.kinds(&id).await,
        [
            "proposal_created",
            "open_requested",
            "pushing",
            "pull_request_recorded",
            "pull_request_opened",
            "base_moved",
            "drift"
        ]
    );
    let events = ledger.events(&id).await;
    let opened = &events[4];
    assert_eq!(opened.actor, "runner");
    let fact = |name: &str| opened.facts[name].as_str();
    assert_eq!(
        (fact("number"), fact("adopted"), fact("attempt"), fact("fetch_ms")),
        ("7", "true", "1", "12")
    );
    assert_eq!(
        (fact("branch"), fact("url")),
        (format!("pullwright/proposal-{id}").as_str(), pull(7, 1).url.as_str())
    );
    assert_eq!((fact("base_oid"), fact("head_oid")), (oid('a').as_str(), oid('b').as_str()));
    assert!(Runner::of(&ledger, "other").lease().await.is_none(), "nothing is left to do");
}

#[tokio::test]
async fn what_was_done_comes_with_the_next_attempt() {
    let ledger = Harness::start().await;
    let (_, work) = leased(&ledger).await;
    work.announce('b').await.unwrap();
    work.announce('c').await.unwrap();
    work.record(Progress::PullRequest(pull(7, 1))).await.unwrap();
    assert!(work.fail(after(Duration::ZERO)).await.unwrap());
    let again = work.runner.one().await;
    let heads: Vec<_> =
        again.open().announced.iter().map(|announced| announced.head_oid.clone()).collect();
    assert_eq!(heads, [oid('b'), oid('c')], "the oldest first");
    assert_eq!(again.open().pull_request.as_ref(), Some(&pull(7, 1)));
}

#[tokio::test]
async fn the_same_end_again_is_the_same_answer_and_another_end_is_refused() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    work.opened(pull(7, 1)).await.unwrap();
    let events = ledger.events(&id).await;
    work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(reason(work.opened(pull(8, 1)).await), ErrorReason::LeaseLost);
    assert_eq!(
        reason(work.complete(Outcome::Abandoned(v1::Abandoned {})).await),
        ErrorReason::LeaseLost
    );
    assert_eq!(reason(work.fail(When::Backoff(())).await), ErrorReason::LeaseLost);
    assert_eq!(ledger.events(&id).await, events, "nothing happened");
    assert_eq!(ledger.get(&id).await.unwrap().pull_request_number, 7);
}

/// AC-10: the rejection stands, the pull request that came too late is known and closed.
#[tokio::test]
async fn a_proposal_rejected_in_flight_stays_rejected_and_its_pull_request_is_closed() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    assert!(work.announce('b').await.unwrap());
    ledger.reject(&id, "too risky").await.unwrap();
    assert!(!work.record(Progress::CreatingPullRequest(())).await.unwrap(), "the runner is told");
    assert!(!work.announce('c').await.unwrap());
    // It was too late to stop: the pull request is there.
    assert!(!work.record(Progress::PullRequest(pull(7, 1))).await.unwrap());
    work.opened(pull(7, 1)).await.unwrap();

    let proposal = ledger.get(&id).await.unwrap();
    assert_eq!(state(&proposal), (ProposalStatus::Rejected, PullRequestState::Open));
    assert_eq!(
        (proposal.rejected_reason.as_str(), proposal.pull_request_url),
        ("too risky", pull(7, 1).url)
    );
    assert!(ledger.kinds(&id).await.contains(&"pull_request_unwanted".to_owned()));

    let closing = work.runner.one().await;
    let spec = closing.close();
    assert_eq!((spec.proposal_id.as_str(), spec.generation), (id.as_str(), 1));
    assert_eq!(spec.pull_request.as_ref(), Some(&pull(7, 1)));
    assert_eq!(spec.announced.len(), 1, "what nobody wanted was not announced");
    assert!(spec.reason.contains("too risky"), "{}", spec.reason);
    assert!(closing.record(Progress::ClosingPullRequest(())).await.unwrap());
    let gone = v1::PullRequestRef { state: PullRequestState::Closed.into(), ..pull(7, 5) };
    closing.complete(closed(Some(gone))).await.unwrap();

    let proposal = ledger.get(&id).await.unwrap();
    assert_eq!(state(&proposal), (ProposalStatus::Rejected, PullRequestState::Closed));
    assert_eq!(proposal.rejected_reason, "too risky");
    assert_eq!((ledger.open_jobs(&id).await, ledger.close_jobs(&id).await), (0, 0));
    let events = ledger.events(&id).await;
    let done = events.iter().find(|event| event.kind == "close_completed").unwrap();
    assert_eq!(done.facts["branch_deleted"], "true");
}

#[tokio::test]
async fn a_runner_that_stops_in_time_leaves_nothing_but_the_rejection() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    ledger.reject(&id, "no").await.unwrap();
    work.complete(Outcome::Abandoned(v1::Abandoned {})).await.unwrap();
    let closing = work.runner.one().await;
    closing.complete(closed(None)).await.unwrap();
    let proposal = ledger.get(&id).await.unwrap();
    assert_eq!(state(&proposal), (ProposalStatus::Rejected, PullRequestState::Unspecified));
    assert!(work.runner.lease().await.is_none());
}

#[tokio::test]
async fn a_pull_request_found_merged_or_closed_is_recorded_as_such() {
    let ledger = Harness::start().await;
    let (merged, work) = leased(&ledger).await;
    let state_of =
        |state: PullRequestState| v1::PullRequestRef { state: state.into(), ..pull(7, 1) };
    let found =
        v1::PullRequestRef { merged_at: Some(second(1)), ..state_of(PullRequestState::Merged) };
    work.opened(found).await.unwrap();
    let proposal = ledger.get(&merged).await.unwrap();
    assert_eq!(state(&proposal), (ProposalStatus::PrMerged, PullRequestState::Merged));
    assert_eq!((proposal.merged_at, proposal.is_currently_live), (Some(second(1)), true));
    let kinds = ledger.kinds(&merged).await;
    assert_eq!(kinds[2..], ["pull_request_opened", "pull_request_merged"]);

    let (closed, work) = leased(&ledger).await;
    work.opened(v1::PullRequestRef { number: 8, ..state_of(PullRequestState::Closed) })
        .await
        .unwrap();
    assert_eq!(
        state(&ledger.get(&closed).await.unwrap()),
        (ProposalStatus::PrOpened, PullRequestState::Closed)
    );

    let (timeless, work) = leased(&ledger).await;
    work.opened(v1::PullRequestRef { number: 9, ..state_of(PullRequestState::Merged) })
        .await
        .unwrap();
    assert_eq!(
        state(&ledger.get(&timeless).await.unwrap()),
        (ProposalStatus::PrOpened, PullRequestState::Closed)
    );
}

#[tokio::test]
async fn a_close_that_finds_a_merge_makes_the_proposal_merged() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    ledger.reject(&id, "no").await.unwrap();
    work.opened(pull(7, 1)).await.unwrap();
    let closing = work.runner.one().await;
    let merged = v1::PullRequestRef {
        state: PullRequestState::Merged.into(),
        merged_at: Some(second(3)),
        ..pull(7, 3)
    };
    let kept = v1::PullRequestClosed {
        pull_request: Some(merged),
        branch_deleted: false,
        branch_kept_reason: "somebody merged it".into(),
    };
    closing.complete(Outcome::Closed(kept)).await.unwrap();
    let proposal = ledger.get(&id).await.unwrap();
    assert_eq!(state(&proposal), (ProposalStatus::PrMerged, PullRequestState::Merged));
    assert!(proposal.is_currently_live);
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "merged_after_rejection");
}

#[tokio::test]
async fn one_generation_has_one_pull_request_and_one_pull_request_one_generation() {
    let ledger = Harness::start().await;
    let (_, work) = leased(&ledger).await;
    work.record(Progress::PullRequest(pull(7, 1))).await.unwrap();
    assert_eq!(
        fields(work.record(Progress::PullRequest(pull(8, 1))).await),
        ["pull_request.number"]
    );
    assert_eq!(fields(work.opened(pull(8, 1)).await), ["opened.pull_request.number"]);
    work.opened(pull(7, 1)).await.unwrap();
    let (_, other) = leased(&ledger).await;
    assert_eq!(fields(other.opened(pull(7, 1)).await), ["opened.pull_request.number"]);
    other.opened(pull(8, 1)).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_github_s_answer_is_refused_by_field() {
    let ledger = Harness::start().await;
    let (id, work) = leased(&ledger).await;
    let strange = v1::PullRequestRef {
        number: 0,
        node_id: String::new(),
        url: "https://github.com.evil.example/acme/x/pull/7".into(),
        head_oid: "HEAD".into(),
        base_oid: String::new(),
        state: 0,
        merged_at: None,
        updated_at: None,
    };
    let names = ["number", "node_id", "url", "head_oid", "base_oid", "state", "updated_at"];
    let named = fields(work.opened(strange).await);
    assert_eq!(named, names.map(|name| format!("opened.pull_request.{name}")));
    let bad = v1::Announcement { base_oid: oid('a'), head_oid: oid('G') };
    assert_eq!(fields(work.record(Progress::Announcement(bad)).await), ["announcement.head_oid"]);
    assert_eq!(fields(work.complete(closed(None)).await), ["closed"]);
    assert_eq!(fields(work.fail_with("no reason", "", When::Never(())).await), ["reason"]);
    let unknown = Work {
        job: v1::Job { id: uuid::Uuid::now_v7().to_string(), ..work.job.clone() },
        ..work.clone()
    };
    assert_eq!(reason(unknown.complete(opened(pull(7, 1))).await), ErrorReason::JobNotFound);
    assert_eq!(ledger.kinds(&id).await, ["proposal_created", "open_requested"], "nothing happened");
    work.opened(pull(7, 1)).await.unwrap();
}
