//! What would be opened now, and opening nothing but what was seen before.

use std::time::Duration;

use pullwright_proto::{
    error::ErrorReason,
    job::{self, OpenPullRequestSpec, complete_job_request::Outcome, retry::When},
    proposal as v1,
};
use pullwright_rpc::Refusal;
use rstest::rstest;
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, fields, reason},
    hook::Hook,
    runner::{Runner, after, oid, pull},
    scene::Scene,
    studies::finished_study,
};

const FAILED: &str = "
    UPDATE jobs
    SET outcome = 'failed', ended_at = now()
    WHERE subject = $1 AND ended_at IS NULL";
const WRITTEN: &str = "
    SELECT (SELECT count(*) FROM generations WHERE proposal_id = $1)
         + (SELECT count(*) FROM jobs WHERE subject = $1)
         + (SELECT count(*) FROM events WHERE proposal_id = $1) AS n";

fn sha256(digit: char) -> String {
    digit.to_string().repeat(64)
}

async fn plan(ledger: &Harness, proposal: &str) -> Result<OpenPullRequestSpec, Refusal> {
    let request = job::PlanPullRequestRequest { proposal_id: proposal.to_owned() };
    answer(ledger.jobs().plan_pull_request(request).await)
        .map(|answer| answer.open_pull_request.unwrap())
}

/// Asks for the pull request as it was seen: on this base, with this patch; empty when any will do.
async fn open_as(
    ledger: &Harness,
    proposal: &str,
    base: &str,
    patch: &str,
) -> Result<v1::Proposal, Refusal> {
    let request = v1::OpenPullRequestRequest {
        proposal_id: proposal.to_owned(),
        expected_base_oid: base.to_owned(),
        expected_patch_sha256: patch.to_owned(),
        ..v1::OpenPullRequestRequest::default()
    };
    answer(ledger.proposals().open_pull_request(request).await)
        .map(|answer| answer.proposal.unwrap())
}

#[tokio::test]
async fn a_plan_is_what_the_job_gets_and_writes_nothing() {
    let ledger = Harness::start().await;
    let study = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap();
    let id = study.proposal_id;
    let before = ledger.count(WRITTEN, &id).await;
    let planned = plan(&ledger, &id).await.unwrap();
    assert_eq!(ledger.count(WRITTEN, &id).await, before);
    assert_eq!(ledger.get(&id).await.unwrap().generation, 0);

    ledger.open(&id).await.unwrap();
    let given = Runner::of(&ledger, "one").one().await;
    assert_eq!(&planned, given.open());
    assert_eq!(planned.committed_at.unwrap().nanos, 0, "whole seconds");
    assert!(planned.objective.is_some() && !planned.best_trials.is_empty());
}

#[tokio::test]
async fn the_plan_of_what_is_under_way_is_what_was_frozen() {
    let scene = Scene::leased().await;
    scene.work.announce('b').await.unwrap();
    scene.ledger.registry.change_repository(&scene.ledger.cluster, |repository| {
        repository.pr_base_branch = "release".into();
    });
    let planned = plan(&scene.ledger, &scene.id).await.unwrap();
    assert_eq!(planned.target.unwrap().base_branch, "main");
    assert_eq!(planned.announced, [job::Announcement { base_oid: oid('a'), head_oid: oid('b') }]);
    assert_eq!(planned.committed_at, scene.work.open().committed_at);
}

#[tokio::test]
async fn a_plan_after_a_failure_that_announced_nothing_is_made_anew() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    ledger.open(&id).await.unwrap();
    ledger.sql(FAILED, &id).await;
    ledger.registry.change_repository(&ledger.cluster, |repository| {
        repository.pr_base_branch = "release".into();
    });
    let planned = plan(&ledger, &id).await.unwrap();
    assert_eq!((planned.generation, planned.target.unwrap().base_branch.as_str()), (1, "release"));
}

#[tokio::test]
async fn the_plan_after_a_pull_request_was_closed_is_the_next_generation() {
    let scene = Scene::opened().await;
    let Scene { ledger, id, repository, .. } = &scene;
    assert_eq!(reason(plan(ledger, id).await), ErrorReason::InvalidStateTransition, "it is open");
    Hook::closed(repository, 7, 2).deliver(ledger).await.unwrap();
    let before = ledger.get(id).await.unwrap();
    let planned = plan(ledger, id).await.unwrap();
    assert_eq!(ledger.get(id).await.unwrap(), before, "nothing was written");
    assert_eq!((planned.generation, planned.branch), (2, format!("pullwright/proposal-{id}-2")));
    assert!(planned.announced.is_empty() && planned.pull_request.is_none());

    let opened = ledger.open(id).await.unwrap();
    assert_eq!(planned.proposal.unwrap(), opened, "the proposal as its job would see it");
}

#[tokio::test]
async fn a_plan_is_refused_as_opening_is_and_in_the_same_order() {
    let ledger = Harness::start().await;
    let missing = Uuid::now_v7().to_string();
    assert_eq!(reason(plan(&ledger, &missing).await), ErrorReason::ProposalNotFound);
    assert_eq!(fields(plan(&ledger, "7").await), ["proposal_id"]);

    let cluster = ledger.registry.unwired_cluster("lonely");
    let lonely = v1::CreateProposalRequest { cluster_id: cluster, ..ledger.manual_request() };
    let lonely = ledger.create(lonely).await.unwrap().id;
    assert_eq!(reason(plan(&ledger, &lonely).await), ErrorReason::ClusterHasNoConfigRepo);
    ledger.reject(&lonely, "").await.unwrap();
    assert_eq!(reason(plan(&ledger, &lonely).await), ErrorReason::InvalidStateTransition);

    let request = v1::CreateStudyRequest { digest: None, ..finished_study(&ledger) };
    let undigested = answer(ledger.studies().create_study(request).await).unwrap().proposal_id;
    assert_eq!(reason(plan(&ledger, &undigested).await), ErrorReason::InvalidStateTransition);

    let id = ledger.manual().await.id;
    ledger.registry.change_repository(&ledger.cluster, |repository| {
        repository.has_credential = false;
    });
    assert_eq!(reason(plan(&ledger, &id).await), ErrorReason::GithubNotConfigured);
    ledger.registry.set_away(true);
    assert_eq!(reason(plan(&ledger, &id).await), ErrorReason::ServiceUnavailable);
}

#[rstest]
#[case::no_hex(&"g".repeat(40), "", &["expected_base_oid"])]
#[case::upper_case(&"A".repeat(40), "", &["expected_base_oid"])]
#[case::too_short("abc", "", &["expected_base_oid"])]
#[case::a_line_break(&format!("{}\n", "a".repeat(40)), "", &["expected_base_oid"])]
#[case::no_sha256("", &"a".repeat(40), &["expected_patch_sha256"])]
#[case::both("x", "y", &["expected_base_oid", "expected_patch_sha256"])]
#[tokio::test]
async fn a_malformed_expectation_is_refused(
    #[case] base: &str,
    #[case] patch: &str,
    #[case] named: &[&str],
) {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    assert_eq!(fields(open_as(&ledger, &id, base, patch).await), named);
    assert_eq!(ledger.open_jobs(&id).await, 0);
}

#[tokio::test]
async fn what_is_expected_is_shown_and_given_to_the_runner() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let (base, patch) = (oid('a'), sha256('c'));
    let opened = open_as(&ledger, &id, &base, &patch).await.unwrap();
    assert_eq!((&opened.expected_base_oid, &opened.expected_patch_sha256), (&base, &patch));
    let work = Runner::of(&ledger, "one").one().await;
    let spec = work.open();
    assert_eq!((&spec.expected_base_oid, &spec.expected_patch_sha256), (&base, &patch));
    let asked = ledger.events(&id).await.pop().unwrap();
    assert_eq!(
        (&asked.facts["expected_base_oid"], &asked.facts["expected_patch_sha256"]),
        (&base, &patch)
    );
}

#[tokio::test]
async fn the_newest_click_says_what_is_expected_while_nothing_was_announced() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    open_as(&ledger, &id, &oid('a'), &sha256('c')).await.unwrap();
    let again = open_as(&ledger, &id, &oid('e'), "").await.unwrap();
    assert_eq!((again.expected_base_oid, again.expected_patch_sha256), (oid('e'), String::new()));
    let again = ledger.open(&id).await.unwrap();
    assert_eq!(again.expected_base_oid, "");
    assert_eq!(ledger.open_jobs(&id).await, 1);
}

#[tokio::test]
async fn a_runner_that_was_given_an_older_expectation_announces_nothing() {
    let scene = Scene::leased().await;
    open_as(&scene.ledger, &scene.id, &oid('a'), &sha256('c')).await.unwrap();
    assert!(!scene.work.announce('b').await.unwrap(), "it is asked to stop");
    scene.work.complete(Outcome::Abandoned(job::Abandoned {})).await.unwrap();

    let anew = Runner::of(&scene.ledger, "two").one().await;
    assert_eq!(anew.open().expected_patch_sha256, sha256('c'));
    assert!(anew.announce('b').await.unwrap());
    assert_eq!(
        scene.ledger.kinds(&scene.id).await,
        ["proposal_created", "open_requested", "open_requested", "abandoned", "pushing"]
    );
}

/// Whoever clicks impatiently does not keep the pull request from being opened.
#[tokio::test]
async fn clicks_that_expect_the_same_let_the_attempt_go_on() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    open_as(&ledger, &id, &oid('a'), &sha256('c')).await.unwrap();
    let work = Runner::of(&ledger, "one").one().await;
    for _ in 0..3 {
        open_as(&ledger, &id, &oid('a'), &sha256('c')).await.unwrap();
    }
    assert!(work.announce('b').await.unwrap());
}

#[tokio::test]
async fn what_was_announced_is_not_given_another_expectation() {
    let scene = Scene::leased().await;
    let Scene { ledger, id, work, .. } = &scene;
    work.announce('b').await.unwrap();
    for (base, patch) in [(oid('e'), String::new()), (String::new(), sha256('c'))] {
        let refusal = open_as(ledger, id, &base, &patch).await.unwrap_err();
        assert_eq!(refusal.reason, ErrorReason::InvalidStateTransition);
        assert!(refusal.message.contains("announced"), "{refusal}");
    }
    open_as(ledger, id, &oid('a'), "").await.expect("the announced base is what is expected");
    assert!(ledger.get(id).await.unwrap().expected_base_oid.is_empty(), "what was frozen stays");
    ledger.open(id).await.expect("no expectation is always met");
    assert!(work.announce('b').await.unwrap(), "the announced commit is still wanted");
}

#[tokio::test]
async fn an_outdated_preview_ends_the_job_and_the_next_click_begins_anew() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    open_as(&ledger, &id, &oid('a'), "").await.unwrap();
    let work = Runner::of(&ledger, "one").one().await;
    let told = "the base branch is at another commit";
    assert!(!work.fail_with("PREVIEW_OUTDATED", told, When::Never(())).await.unwrap());
    let failed = ledger.get(&id).await.unwrap();
    assert_eq!(failed.pull_request_error, format!("PREVIEW_OUTDATED: {told}"));
    let again = open_as(&ledger, &id, &oid('e'), "").await.unwrap();
    assert_eq!((again.pull_request_error.as_str(), again.expected_base_oid), ("", oid('e')));
}

#[tokio::test]
async fn the_patch_that_was_opened_is_shown() {
    let scene = Scene::leased().await;
    let said = |patch: &str| {
        Outcome::Opened(job::PullRequestOpened {
            pull_request: Some(pull(7, 1)),
            patch_sha256: patch.to_owned(),
            ..job::PullRequestOpened::default()
        })
    };
    assert_eq!(fields(scene.work.complete(said("x")).await), ["opened.patch_sha256"]);
    scene.work.complete(said(&sha256('c'))).await.unwrap();
    assert_eq!(scene.proposal().await.patch_sha256, sha256('c'));
    let opened = scene.ledger.events(&scene.id).await.pop().unwrap();
    assert_eq!(
        (opened.kind.as_str(), &opened.facts["patch_sha256"]),
        ("pull_request_opened", &sha256('c'))
    );
}

/// A wait that is asked for gives the job back: the click that comes then decides what the next attempt expects.
#[tokio::test]
async fn an_attempt_that_waits_gets_the_newest_expectation() {
    let scene = Scene::leased().await;
    scene.work.fail(after(Duration::from_secs(60))).await.unwrap();
    open_as(&scene.ledger, &scene.id, &oid('a'), "").await.unwrap();
    let anew = Runner::of(&scene.ledger, "two").one().await;
    assert_eq!(anew.open().expected_base_oid, oid('a'));
}
