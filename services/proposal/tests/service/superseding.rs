//! Giving way by hand, and coming back.

use pullwright_proto::{
    error::ErrorReason,
    job::{self as job, record_progress_request::Progress},
    proposal::{ListProposalsRequest, ProposalStatus, PullRequestState},
};
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, fields, reason},
    hook::Hook,
    log,
    moves::{expire, journal, live_jobs, reinstate, supersede},
    runner::{Runner, closed, pull},
    scene::{MERGED, OPEN, Scene},
};

const PENDING: (ProposalStatus, PullRequestState) =
    (ProposalStatus::Pending, PullRequestState::Unspecified);

/// Superseded while its pull request was open, which is closed by now.
async fn superseded() -> Scene {
    let scene = Scene::opened().await;
    supersede(&scene.ledger, &scene.id, "").await.unwrap();
    let gone = job::PullRequestRef { state: PullRequestState::Closed.into(), ..pull(7, 2) };
    scene.work.runner.one().await.complete(closed(Some(gone))).await.unwrap();
    let state = (ProposalStatus::Superseded, PullRequestState::Closed);
    assert_eq!(scene.state().await, state);
    scene
}

#[tokio::test]
async fn a_pending_proposal_gives_way_to_another_one() {
    let ledger = Harness::start().await;
    let (one, other) = (ledger.manual().await.id, ledger.manual().await.id);
    let superseded = supersede(&ledger, &one, &other).await.unwrap();
    assert_eq!(superseded.status(), ProposalStatus::Superseded);
    assert_eq!(superseded.superseded_by_proposal_id, other);
    let told = ledger.events(&one).await.pop().unwrap();
    assert_eq!(
        (told.kind.as_str(), told.message),
        ("proposal_superseded", format!("superseded by proposal {other}: there is a better one"))
    );
    assert_eq!((&told.facts["superseded_by"], told.facts["closing"].as_str()), (&other, "false"));
    assert_eq!(ledger.get(&other).await.unwrap().status(), ProposalStatus::Pending);
}

#[tokio::test]
async fn an_opened_pull_request_is_closed_when_its_proposal_gives_way() {
    let scene = Scene::opened().await;
    let after = supersede(&scene.ledger, &scene.id, "").await.unwrap();
    assert_eq!(after.superseded_by_proposal_id, "");
    let close = scene.work.runner.one().await;
    assert_eq!(close.close().reason, "superseded by ingress: there is a better one");
    assert!(close.record(Progress::ClosingPullRequest(())).await.unwrap());
}

/// In the reference this leaves a pull request that nobody knows of (§22.3).
#[tokio::test]
async fn what_is_being_opened_is_closed_when_its_proposal_gives_way() {
    let scene = Scene::leased().await;
    scene.work.announce('b').await.unwrap();
    supersede(&scene.ledger, &scene.id, "").await.unwrap();
    assert!(!scene.work.record(Progress::CreatingPullRequest(())).await.unwrap());
    scene.work.opened(pull(7, 1)).await.unwrap();
    let state = (ProposalStatus::Superseded, PullRequestState::Open);
    assert_eq!(scene.state().await, state, "it is known");
    let close = scene.work.runner.one().await;
    assert_eq!(close.close().pull_request.as_ref().unwrap().number, 7);
}

#[tokio::test]
async fn what_nobody_works_on_yet_is_cancelled() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    ledger.open(&id).await.unwrap();
    let superseded = supersede(&ledger, &id, "").await.unwrap();
    assert!(!superseded.is_opening);
    assert_eq!(live_jobs(&ledger, &id).await, []);
}

#[tokio::test]
async fn what_is_decided_does_not_give_way() {
    let scene = Scene::opened().await;
    let rejected = scene.ledger.manual().await.id;
    scene.ledger.reject(&rejected, "no").await.unwrap();
    let superseded = scene.ledger.manual().await.id;
    supersede(&scene.ledger, &superseded, "").await.unwrap();
    Hook::merged(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    for (id, status) in
        [(&scene.id, "pr_merged"), (&rejected, "rejected"), (&superseded, "superseded")]
    {
        let refusal = supersede(&scene.ledger, id, "").await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
        assert!(refusal.message.contains(&format!("is {status}: only a pending or")), "{refusal}");
    }
}

#[tokio::test]
async fn a_proposal_gives_way_to_another_one_that_exists() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let unknown = Uuid::now_v7().to_string();
    let not_found = ErrorReason::ProposalNotFound;
    assert_eq!(fields(supersede(&ledger, &id, &id).await), ["superseded_by_proposal_id"]);
    assert_eq!(fields(supersede(&ledger, &id, "it").await), ["superseded_by_proposal_id"]);
    assert_eq!(reason(supersede(&ledger, &id, &unknown).await), not_found);
    assert_eq!(reason(supersede(&ledger, &unknown, &id).await), not_found);
    assert_eq!(ledger.get(&id).await.unwrap().status(), ProposalStatus::Pending);
}

#[tokio::test]
async fn a_merge_wins_over_a_proposal_that_gave_way() {
    let scene = Scene::opened().await;
    let other = scene.ledger.manual().await.id;
    supersede(&scene.ledger, &scene.id, &other).await.unwrap();
    Hook::merged(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, MERGED);
    assert_eq!(scene.proposal().await.superseded_by_proposal_id, "");
    assert_eq!(scene.ledger.close_jobs(&scene.id).await, 0);
    let refusal = reinstate(&scene.ledger, &scene.id).await.unwrap_err();
    assert!(refusal.message.contains("is pr_merged"), "{refusal}");
}

/// §18.6 AC-5, AC-11 and AC-13; §22.3: it is one statement, so of two at once one is refused.
#[tokio::test]
async fn a_proposal_comes_back_once() {
    let ledger = Harness::start().await;
    let (id, other) = (ledger.manual().await.id, ledger.manual().await.id);
    log::lines(&[]);
    for _ in 0..5 {
        supersede(&ledger, &id, &other).await.unwrap();
        let (one, two) = tokio::join!(reinstate(&ledger, &id), reinstate(&ledger, &id));
        let (back, refused) = if one.is_ok() { (one, two) } else { (two, one) };
        let back = back.unwrap();
        assert_eq!((back.status(), back.superseded_by_proposal_id.as_str()), (PENDING.0, ""));
        let refused = refused.unwrap_err();
        assert_eq!(refused.reason, ErrorReason::InvalidStateTransition);
        let text =
            format!("proposal {id} is pending: only a superseded proposal can be reinstated");
        assert_eq!(refused.message, text);
    }
    assert_eq!(ledger.kinds(&id).await.last().unwrap(), "proposal_reinstated");
    let told = log::lines(&["chain_proposal_reinstated", &id]);
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told[0].contains(r#""prior_status":"superseded""#), "{}", told[0]);
}

/// §18.6 AC-12.
#[tokio::test]
async fn an_unknown_proposal_does_not_come_back() {
    let ledger = Harness::start().await;
    let unknown = Uuid::now_v7().to_string();
    assert_eq!(reason(reinstate(&ledger, &unknown).await), ErrorReason::ProposalNotFound);
}

/// §18.6 AC-13.
#[tokio::test]
async fn only_what_gave_way_comes_back() {
    let scene = Scene::opened().await;
    for (id, status) in [(&scene.id, "pr_opened"), (&scene.ledger.manual().await.id, "pending")] {
        let refusal = reinstate(&scene.ledger, id).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
        assert!(refusal.message.contains(&format!("is {status}: ")), "{refusal}");
    }
}

#[tokio::test]
async fn a_proposal_does_not_come_back_while_its_pull_request_is_open() {
    let scene = Scene::opened().await;
    supersede(&scene.ledger, &scene.id, "").await.unwrap();
    let refused = async |part: &str| {
        let refusal = reinstate(&scene.ledger, &scene.id).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
        assert!(refusal.message.contains(part), "{refusal}");
    };
    refused("still being called back").await;
    let close = scene.work.runner.one().await;
    refused("still being called back").await;
    close.fail(job::retry::When::Never(())).await.unwrap();
    refused("still open").await;
    Hook::closed(&scene.repository, 7, 3).outcome(&scene.ledger).await;
    reinstate(&scene.ledger, &scene.id).await.unwrap();
}

#[tokio::test]
async fn a_proposal_that_comes_back_gets_another_pull_request() {
    let scene = superseded().await;
    let back = reinstate(&scene.ledger, &scene.id).await.unwrap();
    assert_eq!(scene.state().await, PENDING);
    assert_eq!((back.generation, back.pull_request_number, back.branch.as_str()), (2, 0, ""));
    assert_eq!(journal(&scene.ledger, &scene.id, 1).await, (Some(7), Some("closed".into())));
    let asked = scene.ledger.open(&scene.id).await.unwrap();
    assert_eq!(
        (asked.generation, asked.branch),
        (2, format!("pullwright/proposal-{}-2", scene.id))
    );
    let lease = scene.work.runner.lease().await.unwrap();
    let [close, open] = [0, 1].map(|index| scene.work.runner.work(&lease, &lease.jobs[index]));
    close.complete(closed(None)).await.unwrap();
    open.opened(pull(8, 5)).await.unwrap();
    assert_eq!((scene.state().await, scene.proposal().await.pull_request_number), (OPEN, 8));
}

#[tokio::test]
async fn a_pull_request_that_is_reopened_after_its_proposal_came_back_is_closed_again() {
    let scene = superseded().await;
    reinstate(&scene.ledger, &scene.id).await.unwrap();
    Hook::reopened(&scene.repository, 7, 9).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, PENDING);
    assert_eq!(scene.work.runner.one().await.close().pull_request.as_ref().unwrap().number, 7);
}

#[tokio::test]
async fn a_proposal_that_comes_back_before_anything_was_announced_keeps_its_generation() {
    let scene = Scene::leased().await;
    supersede(&scene.ledger, &scene.id, "").await.unwrap();
    expire(&scene.ledger).await;
    let runner = Runner::of(&scene.ledger, "other");
    let lease = runner.lease().await.unwrap();
    for job in &lease.jobs {
        let abandoned = job::complete_job_request::Outcome::Abandoned(job::Abandoned {});
        runner.work(&lease, job).complete(abandoned).await.unwrap();
    }
    let back = reinstate(&scene.ledger, &scene.id).await.unwrap();
    assert_eq!(back.generation, 1);
    let asked = scene.ledger.open(&scene.id).await.unwrap();
    assert_eq!((asked.generation, asked.branch), (1, format!("pullwright/proposal-{}", scene.id)));
}

/// §18.6 AC-14, as far as it is not a user interface.
#[tokio::test]
async fn what_gave_way_is_listed_only_for_those_who_ask() {
    let ledger = Harness::start().await;
    let (one, other) = (ledger.manual().await.id, ledger.manual().await.id);
    supersede(&ledger, &one, &other).await.unwrap();
    let listed = async |filter: &str, include_superseded: bool| {
        let request = ListProposalsRequest {
            filter: filter.to_owned(),
            include_superseded,
            ..ListProposalsRequest::default()
        };
        let page = answer(ledger.proposals().list_proposals(request).await).unwrap();
        let ids: Vec<_> = page.proposals.into_iter().map(|proposal| proposal.id).collect();
        (ids, page.total_size)
    };
    assert_eq!(listed("", false).await, (vec![other.clone()], 1));
    assert_eq!(listed("", true).await, (vec![other.clone(), one.clone()], 2));
    assert_eq!(listed(r#"status = "superseded""#, false).await, (vec![one.clone()], 1));
    reinstate(&ledger, &one).await.unwrap();
    assert_eq!(listed("", false).await, (vec![other, one], 2));
}

/// Whoever is faster: it ends superseded or opened, and in both cases what is open is known.
#[tokio::test]
async fn of_giving_way_and_opening_at_once_nothing_is_lost() {
    for _ in 0..10 {
        let scene = Scene::leased().await;
        let (superseded, opened) =
            tokio::join!(supersede(&scene.ledger, &scene.id, ""), scene.work.opened(pull(7, 1)));
        superseded.unwrap();
        opened.unwrap();
        let state = (ProposalStatus::Superseded, PullRequestState::Open);
        assert_eq!(scene.state().await, state);
        assert_eq!(scene.ledger.close_jobs(&scene.id).await, 1);
    }
}
