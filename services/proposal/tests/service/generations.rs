//! Opening once more after the pull request was closed: a generation of its own, and never two open pull requests.

use pullwright_proto::{
    delivery::DeliveryOutcome,
    error::ErrorReason,
    job::{self as v1, complete_job_request::Outcome, record_progress_request::Progress},
    proposal::{ProposalStatus, PullRequestState},
};
use rstest::rstest;

use crate::{
    harness::reason,
    hook::Hook,
    moves::{expire, journal, live_jobs, supersede},
    runner::{Work, closed, pull, second},
    scene::{CLOSED, MERGED, OPEN, Scene},
};

const PENDING: (ProposalStatus, PullRequestState) =
    (ProposalStatus::Pending, PullRequestState::Unspecified);

fn open_job(generation: i32) -> (String, i32) {
    ("open_pull_request".to_owned(), generation)
}

fn close_job(generation: i32) -> (String, i32) {
    ("close_pull_request".to_owned(), generation)
}

/// Pull request 7 as a runner finds it that was to close it.
fn closed_7() -> v1::PullRequestRef {
    v1::PullRequestRef { state: PullRequestState::Closed.into(), ..pull(7, 2) }
}

/// Pull request 7 was closed without a merge, and another one was asked for.
async fn asked_again() -> Scene {
    let scene = Scene::opened().await;
    Hook::closed(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    scene.ledger.open(&scene.id).await.unwrap();
    scene
}

/// The jobs of the next lease, in the order to do them.
async fn leased(scene: &Scene) -> Vec<Work> {
    let lease = scene.work.runner.lease().await.expect("due jobs");
    lease.jobs.iter().map(|job| scene.work.runner.work(&lease, job)).collect()
}

/// Pull request 8 is open in generation 2, and 7 was looked after.
async fn opened_again() -> Scene {
    let scene = asked_again().await;
    let [close, open] = <[Work; 2]>::try_from(leased(&scene).await).ok().unwrap();
    close.complete(closed(Some(closed_7()))).await.unwrap();
    open.announce('c').await.unwrap();
    open.opened(pull(8, 5)).await.unwrap();
    assert_eq!(scene.state().await, OPEN);
    scene
}

#[tokio::test]
async fn a_pull_request_that_was_closed_is_opened_again_in_a_generation_of_its_own() {
    let scene = asked_again().await;
    let asked = scene.proposal().await;
    assert_eq!(scene.state().await, PENDING);
    assert_eq!((asked.generation, asked.is_opening), (2, true));
    assert_eq!(asked.branch, format!("pullwright/proposal-{}-2", scene.id));
    assert_eq!((asked.pull_request_number, asked.pull_request_url.as_str()), (0, ""));
    assert_eq!(journal(&scene.ledger, &scene.id, 1).await, (Some(7), Some("closed".into())));

    let [close, open] = <[Work; 2]>::try_from(leased(&scene).await).ok().unwrap();
    assert_eq!(close.close().generation, 1, "what is over goes first");
    assert_eq!(close.close().pull_request.as_ref().unwrap().number, 7);
    assert_eq!((open.open().generation, &open.open().branch), (2, &asked.branch));
    assert!(open.open().announced.is_empty() && open.open().pull_request.is_none());
    close.complete(closed(Some(closed_7()))).await.unwrap();
    open.opened(pull(8, 5)).await.unwrap();
    let proposal = scene.proposal().await;
    assert_eq!(scene.state().await, OPEN);
    assert_eq!((proposal.generation, proposal.pull_request_number), (2, 8));
    assert_eq!(journal(&scene.ledger, &scene.id, 1).await, (Some(7), Some("closed".into())));
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, []);
}

/// §18.1 AC-6.
#[tokio::test]
async fn an_open_pull_request_is_not_opened_again() {
    let scene = Scene::opened().await;
    let refusal = scene.ledger.open(&scene.id).await.unwrap_err();
    assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
    assert!(refusal.message.contains("is pr_opened"), "{refusal}");
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, []);
}

#[tokio::test]
async fn of_many_who_ask_again_at_once_one_generation_comes() {
    let scene = Scene::opened().await;
    Hook::closed(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    let asked = futures::future::join_all((0..8).map(|_| scene.ledger.open(&scene.id))).await;
    assert!(asked.into_iter().all(|asked| asked.unwrap().generation == 2));
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [close_job(1), open_job(2)]);
}

#[tokio::test]
async fn a_third_one_has_a_branch_of_its_own_too() {
    let scene = opened_again().await;
    Hook::closed(&scene.repository, 8, 6).outcome(&scene.ledger).await;
    let asked = scene.ledger.open(&scene.id).await.unwrap();
    assert_eq!(
        (asked.generation, asked.branch),
        (3, format!("pullwright/proposal-{}-3", scene.id))
    );
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [close_job(2), open_job(3)]);
}

#[rstest]
#[case::it_is_news(3)]
#[case::the_stamps_do_not_tell(2)]
#[case::it_comes_late(1)]
#[tokio::test]
async fn a_reopened_pull_request_of_an_earlier_generation_is_closed_again(#[case] at: i64) {
    let scene = opened_again().await;
    Hook::reopened(&scene.repository, 7, at).outcome(&scene.ledger).await;
    let proposal = scene.proposal().await;
    assert_eq!((scene.state().await, proposal.pull_request_number), (OPEN, 8), "it is not shown");
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [close_job(1)]);
    let close = scene.work.runner.one().await;
    assert!(close.record(Progress::ClosingPullRequest(())).await.unwrap());
    close.complete(closed(Some(closed_7()))).await.unwrap();
    assert_eq!((scene.state().await, live_jobs(&scene.ledger, &scene.id).await), (OPEN, vec![]));
}

#[tokio::test]
async fn a_reopened_one_is_closed_also_while_the_next_one_is_not_there_yet() {
    let scene = asked_again().await;
    let [close, open] = <[Work; 2]>::try_from(leased(&scene).await).ok().unwrap();
    close.complete(closed(Some(closed_7()))).await.unwrap();
    Hook::reopened(&scene.repository, 7, 3).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, PENDING);
    open.opened(pull(8, 5)).await.unwrap();
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [close_job(1)]);
}

#[tokio::test]
async fn a_merge_of_an_earlier_generation_wins_and_the_later_one_is_closed() {
    let scene = opened_again().await;
    Hook::merged(&scene.repository, 7, 9).outcome(&scene.ledger).await;
    let proposal = scene.proposal().await;
    assert_eq!(scene.state().await, MERGED);
    assert_eq!((proposal.pull_request_number, proposal.generation), (7, 1));
    assert!(proposal.is_currently_live);
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [close_job(2)]);
    let close = scene.work.runner.one().await;
    assert_eq!(close.close().pull_request.as_ref().unwrap().number, 8);
    assert!(close.record(Progress::ClosingPullRequest(())).await.unwrap(), "it is wanted");
    let gone = v1::PullRequestRef { state: PullRequestState::Closed.into(), ..pull(8, 10) };
    close.complete(closed(Some(gone))).await.unwrap();
    assert_eq!(scene.state().await, MERGED);
}

#[tokio::test]
async fn a_merge_of_an_earlier_generation_calls_back_what_is_being_opened() {
    let scene = asked_again().await;
    let [close, open] = <[Work; 2]>::try_from(leased(&scene).await).ok().unwrap();
    close.complete(closed(Some(closed_7()))).await.unwrap();
    Hook::merged(&scene.repository, 7, 9).outcome(&scene.ledger).await;
    assert!(!open.record(Progress::CreatingPullRequest(())).await.unwrap());
    // It may have been on its way already.
    open.opened(pull(8, 10)).await.unwrap();
    assert_eq!(scene.state().await, MERGED);
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [close_job(2)]);
    assert_eq!(journal(&scene.ledger, &scene.id, 2).await, (Some(8), Some("open".into())));
}

#[tokio::test]
async fn a_second_merge_is_told_and_changes_nothing_but_the_pointer() {
    let scene = opened_again().await;
    Hook::merged(&scene.repository, 7, 9).outcome(&scene.ledger).await;
    Hook::merged(&scene.repository, 8, 10).outcome(&scene.ledger).await;
    let proposal = scene.proposal().await;
    assert_eq!((scene.state().await, proposal.pull_request_number), (MERGED, 7));
    assert_eq!(proposal.merged_at, Some(second(9)));
    let told = scene.ledger.events(&scene.id).await.pop().unwrap();
    assert_eq!(told.message, "pull request #8 of generation 2 was merged as well");
    assert_eq!(told.facts["live"], "true");
}

#[tokio::test]
async fn the_closings_of_two_generations_do_not_take_each_other_s_place() {
    let scene = opened_again().await;
    Hook::reopened(&scene.repository, 7, 6).outcome(&scene.ledger).await;
    scene.ledger.reject(&scene.id, "no").await.unwrap();
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [close_job(1), close_job(2)]);
    let closing: Vec<_> = leased(&scene).await;
    let numbers: Vec<_> =
        closing.iter().map(|work| work.close().pull_request.as_ref().unwrap().number).collect();
    assert_eq!(numbers, [7, 8]);
}

#[tokio::test]
async fn what_an_earlier_runner_left_is_tidied_up_in_its_own_generation() {
    let scene = Scene::leased().await;
    scene.work.announce('b').await.unwrap();
    expire(&scene.ledger).await;
    let next = scene.work.runner.one().await;
    next.opened(pull(7, 1)).await.unwrap();
    Hook::closed(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    scene.ledger.open(&scene.id).await.unwrap();
    scene.ledger.sql("UPDATE jobs SET due_at = now() WHERE subject = $1", &scene.id).await;
    let jobs = leased(&scene).await;
    let tidied = jobs.iter().find_map(|work| match &work.job.spec {
        Some(v1::job::Spec::TidyPullRequest(spec)) => Some(spec),
        _ => None,
    });
    let tidied = tidied.expect("the sleeper is looked after");
    assert_eq!((tidied.generation, tidied.wanted), (1, false), "the recorded one goes, too");
    assert_eq!(tidied.branch, format!("pullwright/proposal-{}", scene.id));
}

#[tokio::test]
async fn a_runner_of_an_earlier_generation_opens_nothing_any_more() {
    let scene = Scene::leased().await;
    scene.work.record(Progress::PullRequest(pull(7, 1))).await.unwrap();
    Hook::closed(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, CLOSED, "GitHub was faster than the runner");
    scene.ledger.open(&scene.id).await.unwrap();
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [close_job(1), open_job(1), open_job(2)]);
    assert!(!scene.work.record(Progress::CreatingPullRequest(())).await.unwrap());
    scene.work.complete(Outcome::Abandoned(v1::Abandoned {})).await.unwrap();
    assert_eq!(scene.state().await, PENDING);
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [close_job(1), open_job(2)]);
}

#[tokio::test]
async fn a_click_after_a_failure_stays_in_its_generation() {
    let scene = asked_again().await;
    let [close, open] = <[Work; 2]>::try_from(leased(&scene).await).ok().unwrap();
    close.complete(closed(Some(closed_7()))).await.unwrap();
    open.fail(v1::retry::When::Never(())).await.unwrap();
    assert_ne!(scene.proposal().await.pull_request_error, "");
    let asked = scene.ledger.open(&scene.id).await.unwrap();
    assert_eq!((asked.generation, asked.pull_request_error.as_str()), (2, ""));
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, [open_job(2)], "7 was looked after");
}

/// A closed pull request can be opened again, which reference systems promise and refuse (§22.4).
#[rstest]
#[case::rejected(true)]
#[case::superseded(false)]
#[tokio::test]
async fn a_closed_pull_request_is_left_as_it_is(#[case] reject: bool) {
    let scene = Scene::opened().await;
    Hook::closed(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    let after = match reject {
        true => scene.ledger.reject(&scene.id, "no").await.unwrap(),
        false => supersede(&scene.ledger, &scene.id, "").await.unwrap(),
    };
    assert_eq!(after.pull_request_state(), PullRequestState::Closed);
    assert_eq!(live_jobs(&scene.ledger, &scene.id).await, []);
    let outcome = Hook::reopened(&scene.repository, 7, 3).outcome(&scene.ledger).await;
    assert_eq!(outcome, DeliveryOutcome::Applied);
    assert_eq!(reason(scene.ledger.open(&scene.id).await), ErrorReason::InvalidStateTransition);
}

#[tokio::test]
async fn the_pointer_that_moves_is_that_of_the_repository_that_was_merged_in() {
    let scene = Scene::opened().await;
    Hook::closed(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    let elsewhere = scene.ledger.registry.wired_cluster("elsewhere");
    scene.ledger.registry.rewire(&scene.ledger.cluster, &elsewhere);
    let asked = scene.ledger.open(&scene.id).await.unwrap();
    assert_eq!(asked.config_repo_id, scene.ledger.registry.repository_of(&elsewhere));
    Hook::merged(&scene.repository, 7, 9).outcome(&scene.ledger).await;
    const LIVE: &str = "
        SELECT count(*) AS n
        FROM live_proposals
        WHERE proposal_id = $1
          AND config_repo_id = (SELECT repository_id FROM generations WHERE proposal_id = $1 AND number = 1)";
    assert_eq!(scene.ledger.count(LIVE, &scene.id).await, 1);
    const ALL: &str = "SELECT count(*) AS n FROM live_proposals WHERE proposal_id = $1";
    assert_eq!(scene.ledger.count(ALL, &scene.id).await, 1);
}
