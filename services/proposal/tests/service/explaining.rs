//! Why a proposal is where it is, asked along its way. Which sentence belongs to which facts is the domain's table.

use std::time::Duration;

use pullwright_proto::{
    error::ErrorReason,
    job::{PullRequestClosed, complete_job_request::Outcome, retry::When},
    proposal::{self as v1, PullRequestState},
};
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, fields, reason},
    hook::Hook,
    runner::{Runner, after, pull},
    scene::Scene,
    studies::finished_study,
};

async fn why(
    ledger: &Harness,
    id: &str,
) -> Result<v1::ExplainProposalResponse, pullwright_rpc::Refusal> {
    let request = v1::ExplainProposalRequest { proposal_id: id.to_owned() };
    answer(ledger.proposals().explain_proposal(request).await)
}

/// The answer, whose sentence must hold all of these.
async fn told(ledger: &Harness, id: &str, parts: &[&str]) -> v1::ExplainProposalResponse {
    let told = why(ledger, id).await.unwrap();
    for part in parts {
        assert!(told.sentence.contains(part), "`{part}` is missing in: {}", told.sentence);
    }
    assert_eq!(told.proposal, Some(ledger.get(id).await.unwrap()));
    told
}

fn methods(told: &v1::ExplainProposalResponse) -> Vec<&str> {
    told.actions.iter().map(|action| action.method.as_str()).collect()
}

/// A click would be refused, and why says so before anybody clicks.
#[tokio::test]
async fn a_proposal_whose_cluster_is_unwired_is_told_to_be_wired_first() {
    let ledger = Harness::start().await;
    let cluster = ledger.registry.unwired_cluster("adrift");
    let mut request = ledger.manual_request();
    request.cluster_id = cluster;
    let id = ledger.create(request).await.unwrap().id;
    let told =
        told(&ledger, &id, &["cannot be opened: cluster adrift", "set its config_repo_id"]).await;
    assert_eq!(methods(&told), ["", "RejectProposal"]);
}

#[tokio::test]
async fn what_does_not_exist_is_not_explained() {
    let ledger = Harness::start().await;
    assert_eq!(
        reason(why(&ledger, &Uuid::now_v7().to_string()).await),
        ErrorReason::ProposalNotFound
    );
    assert_eq!(fields(why(&ledger, "7").await), ["proposal_id"]);
}

#[tokio::test]
async fn the_way_to_a_merge_is_explained_at_every_step() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let first = told(&ledger, &id, &["ready to be opened", "open_pr"]).await;
    assert_eq!((first.pending_work, first.last_failure), (None, None));
    assert_eq!(first.events.len(), 1);

    ledger.open(&id).await.unwrap();
    let queued = told(&ledger, &id, &["has been due since", "next free runner"]).await;
    let work = queued.pending_work.unwrap();
    assert_eq!((work.kind.as_str(), work.state.as_str()), ("open_pull_request", "queued"));
    assert_eq!((work.attempt, work.jobs_ahead, work.holder.as_str()), (0, 0, ""));

    let runner = Runner::of(&ledger, "runner-1").one().await;
    let running = told(&ledger, &id, &["by runner-1 (attempt 1)", "announced nothing yet"]).await;
    let work = running.pending_work.unwrap();
    assert_eq!((work.state.as_str(), work.holder.as_str()), ("running", "runner-1"));
    assert!(work.lease_expires_at.is_some());
    runner.announce('b').await.unwrap();
    told(&ledger, &id, &["announced commit bbbbbbbbbb"]).await;

    assert!(runner.fail(When::Backoff(())).await.unwrap());
    ledger
        .sql("UPDATE jobs SET due_at = now() + interval '40 seconds' WHERE subject = $1", &id)
        .await;
    let parts =
        ["Attempt 1 of 20", "GITHUB_API_FAILED, \"GitHub said 502\"", "seconds)", "open_pr"];
    let waiting = told(&ledger, &id, &parts).await;
    assert_eq!(waiting.pending_work.unwrap().state, "waiting");
    let failure = waiting.last_failure.unwrap();
    assert_eq!((failure.reason.as_str(), failure.will_retry), ("GITHUB_API_FAILED", true));
    assert_eq!(waiting.actions[0].method, "OpenPullRequest");

    ledger.open(&id).await.unwrap();
    let runner = Runner::of(&ledger, "runner-2").one().await;
    runner.opened(pull(7, 1)).await.unwrap();
    let opened =
        told(&ledger, &id, &["Pull request #7 (https://github.com/", "has been open"]).await;
    assert!(!opened.last_failure.unwrap().will_retry, "there is no job any more");

    let repository = ledger.registry.repository_of(&ledger.cluster);
    Hook::closed(&repository, 7, 2).deliver(&ledger).await.unwrap();
    let closed = told(&ledger, &id, &["closed without a merge", "open_pr"]).await;
    assert_eq!(closed.actions[0].method, "OpenPullRequest");
    Hook::merged(&repository, 7, 3).deliver(&ledger).await.unwrap();
    let merged =
        told(&ledger, &id, &["was merged", "is what is live in acme/products-config"]).await;
    assert!(merged.actions.is_empty() && merged.pending_work.is_none());
    assert_eq!(merged.events[0].kind, "pull_request_merged", "the newest first");
}

#[tokio::test]
async fn a_merge_that_is_not_live_any_more_names_the_one_that_is() {
    let scene = Scene::opened().await;
    let Scene { ledger, id, repository, .. } = &scene;
    let later = ledger.manual().await.id;
    ledger.open(&later).await.unwrap();
    Runner::of(ledger, "two").one().await.opened(pull(8, 1)).await.unwrap();
    for (number, at) in [(7, 2), (8, 3)] {
        Hook::merged(repository, number, at).deliver(ledger).await.unwrap();
    }
    told(ledger, id, &["was merged", &format!("now is proposal {later}")]).await;
    told(ledger, &later, &["is what is live"]).await;
}

#[tokio::test]
async fn who_stands_behind_others_is_told_so() {
    let scene = Scene::leased().await;
    let ledger = &scene.ledger;
    let second = ledger.manual().await.id;
    let third = ledger.manual().await.id;
    ledger.open(&second).await.unwrap();
    ledger.open(&third).await.unwrap();
    told(ledger, &second, &["after 1 job before it", "where one is at work"]).await;
    let last = told(ledger, &third, &["after 2 jobs before it in acme/products-config"]).await;
    assert_eq!(last.pending_work.unwrap().jobs_ahead, 2);
}

#[tokio::test]
async fn a_job_that_nobody_takes_is_called_that() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    ledger.open(&id).await.unwrap();
    ledger
        .sql("UPDATE jobs SET due_at = now() - interval '3 minutes' WHERE subject = $1", &id)
        .await;
    told(&ledger, &id, &["(3 minutes ago), and no runner has taken it"]).await;
}

#[tokio::test]
async fn a_runner_that_went_silent_is_told_of() {
    let ledger =
        Harness::start_with(|settings| settings.lease_duration = Duration::from_millis(1)).await;
    let id = ledger.manual().await.id;
    ledger.open(&id).await.unwrap();
    Runner::of(&ledger, "one").lease().await.unwrap();
    pullwright_testkit::wait::until("the lease is over", Duration::from_secs(20), || async {
        why(&ledger, &id).await.map(|told| told.sentence.contains("went silent"))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_became_of_a_lease_is_told_with_what_to_look_after() {
    let scene = Scene::leased().await;
    let Scene { ledger, id, repository, .. } = &scene;
    const LONG_AGO: &str = "
        UPDATE lanes
        SET expires_at = now() - interval '3 minutes'
        WHERE key = (SELECT lane FROM jobs WHERE subject = $1)";
    ledger.sql(LONG_AGO, id).await;
    let parts = ["went silent, and no other has taken over since", "(3 minutes ago): see whether"];
    told(ledger, id, &parts).await;
    Runner::of(ledger, "two").revoke(&format!("push:{repository}")).await.unwrap();
    told(ledger, id, &["was revoked by", "and the next free runner takes over by itself"]).await;
}

#[tokio::test]
async fn a_wait_that_is_not_counted_is_told_as_such() {
    let scene = Scene::leased().await;
    let hour = after(Duration::from_secs(3_600));
    scene.work.fail_with("GITHUB_API_FAILED", "secondary rate limit", hour).await.unwrap();
    told(&scene.ledger, &scene.id, &["without being counted", "by itself at", "(in "]).await;
    scene.ledger.open(&scene.id).await.unwrap();
    let again = Runner::of(&scene.ledger, "two").one().await;
    let soon = after(Duration::from_secs(5));
    again.fail_with("LOCK_UNAVAILABLE", "redis is away", soon).await.unwrap();
    told(&scene.ledger, &scene.id, &["lock could not be had", "\"redis is away\""]).await;
}

#[tokio::test]
async fn what_failed_for_good_comes_with_its_remedy() {
    let scene = Scene::leased().await;
    let told_by_git = "pullwright/x is there and not ours";
    scene.work.fail_with("BRANCH_EXISTS", told_by_git, When::Never(())).await.unwrap();
    let parts =
        ["BRANCH_EXISTS", told_by_git, "delete it if nobody needs it", "call open_pr again"];
    let failed = told(&scene.ledger, &scene.id, &parts).await;
    assert!(!failed.last_failure.unwrap().will_retry);
    assert_eq!(methods_of(&scene).await, ["", "OpenPullRequest", "RejectProposal"]);
}

async fn methods_of(scene: &Scene) -> Vec<String> {
    let told = why(&scene.ledger, &scene.id).await.unwrap();
    methods(&told).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_missing_digest_is_asked_for() {
    let ledger = Harness::start().await;
    let request = v1::CreateStudyRequest { digest: None, ..finished_study(&ledger) };
    let id = answer(ledger.studies().create_study(request).await).unwrap().proposal_id;
    let told = told(&ledger, &id, &["waited since", "digest"]).await;
    assert_eq!(methods(&told), ["UpdateDigest", "RejectProposal"]);
}

#[tokio::test]
async fn a_rejection_is_followed_to_the_branch_that_a_person_committed_to() {
    let scene = Scene::opened().await;
    let Scene { ledger, id, .. } = &scene;
    ledger.reject(id, "too risky").await.unwrap();
    let parts = ["rejected by ingress", "\"too risky\"", "the job that closes the pull request"];
    let closing = told(ledger, id, &parts).await;
    assert_eq!(closing.pending_work.unwrap().kind, "close_pull_request");
    let close = Runner::of(ledger, "two").one().await;
    told(ledger, id, &["is being closed by two (attempt 1)"]).await;
    let mut gone = pull(7, 2);
    gone.set_state(PullRequestState::Closed);
    let kept = PullRequestClosed {
        pull_request: Some(gone),
        branch_deleted: false,
        branch_kept_reason: "a person committed to it".to_owned(),
    };
    close.complete(Outcome::Closed(kept)).await.unwrap();
    told(ledger, id, &["is closed, but branch pullwright/proposal-", "a person committed to it"])
        .await;
    assert_eq!(methods_of(&scene).await, ["", "CreateProposal"]);
    Hook::reopened(&scene.repository, 7, 3).deliver(ledger).await.unwrap();
    told(ledger, id, &["was reopened on GitHub", "close it there"]).await;
}

#[tokio::test]
async fn what_gave_way_says_to_whom_and_when_it_can_come_back() {
    let scene = Scene::opened().await;
    let Scene { ledger, id, .. } = &scene;
    let better = ledger.manual().await.id;
    let request = v1::SupersedeProposalRequest {
        proposal_id: id.clone(),
        superseded_by_proposal_id: better.clone(),
        ..v1::SupersedeProposalRequest::default()
    };
    answer(ledger.proposals().supersede_proposal(request).await).unwrap();
    let unsettled = told(ledger, id, &[&better, "can be reinstated once that is done"]).await;
    assert!(methods(&unsettled).is_empty());
    let reinstate = || async {
        let request = v1::ReinstateProposalRequest {
            proposal_id: id.clone(),
            ..v1::ReinstateProposalRequest::default()
        };
        answer(ledger.proposals().reinstate_proposal(request).await)
    };
    assert_eq!(reason(reinstate().await), ErrorReason::InvalidStateTransition);

    let close = Runner::of(ledger, "two").one().await;
    let mut gone = pull(7, 2);
    gone.set_state(PullRequestState::Closed);
    close.complete(crate::runner::closed(Some(gone))).await.unwrap();
    let settled = told(ledger, id, &["its branch is gone; it can be reinstated."]).await;
    assert_eq!(methods(&settled), ["ReinstateProposal"]);
    reinstate().await.expect("what is said to be possible is possible");
    told(ledger, id, &["was reinstated by ingress", "open_pr"]).await;
}

/// What is stored is redacted when it is stored; whatever came there otherwise is when it is told.
#[tokio::test]
async fn a_credential_is_not_told() {
    let token = format!("gh{}_{}", "p", "A".repeat(36));
    let scene = Scene::leased().await;
    let hour = after(Duration::from_secs(3_600));
    scene.work.fail_with("CLONE_FAILED", "no", hour).await.unwrap();
    let sql = format!("UPDATE jobs SET last_message = 'with {token}' WHERE subject = $1");
    scene.ledger.sql(&sql, &scene.id).await;
    let sql = format!(
        "INSERT INTO events (proposal_id, kind, actor, message, facts) VALUES ($1, 'close_failed', 'x', 'see {token}', '{{\"message\": \"by {token}\"}}')"
    );
    scene.ledger.sql(&sql, &scene.id).await;
    let told = why(&scene.ledger, &scene.id).await.unwrap();
    assert!(told.sentence.contains("\"with "), "{}", told.sentence);
    assert!(told.last_failure.as_ref().unwrap().message.starts_with("by "), "{told:?}");
    assert!(!format!("{told:?}").contains(&token), "{told:?}");
}
