//! Deliveries: late, twice, in any order, forged, and before anybody knows their pull request.

use std::time::Duration;

use futures::future::join_all;
use pullwright_pg::Queries as _;
use pullwright_proto::{
    delivery::{self as v1, DeliveryOutcome},
    error::ErrorReason,
    job::record_progress_request::Progress,
    proposal::{Proposal, ProposalStatus, PullRequestState},
};
use pullwright_testkit::wait::until;
use rstest::rstest;
use tonic::Code;
use uuid::Uuid;

use crate::{
    harness::{Harness, fields, reason},
    hook::Hook,
    runner::{Runner, Work, pull, second},
};

/// A ledger with one proposal that a runner works on.
struct Scene {
    ledger: Harness,
    repository: String,
    id: String,
    work: Work,
}

impl Scene {
    async fn leased() -> Self {
        let ledger = Harness::start().await;
        let id = ledger.manual().await.id;
        ledger.open(&id).await.unwrap();
        let work = Runner::of(&ledger, "one").one().await;
        Self { repository: ledger.registry.repository_of(&ledger.cluster), ledger, id, work }
    }

    /// Pull request 7 is open as of second 1.
    async fn opened() -> Self {
        let scene = Self::leased().await;
        scene.work.opened(pull(7, 1)).await.unwrap();
        scene
    }

    async fn proposal(&self) -> Proposal {
        self.ledger.get(&self.id).await.unwrap()
    }

    async fn state(&self) -> (ProposalStatus, PullRequestState) {
        let proposal = self.proposal().await;
        (proposal.status(), proposal.pull_request_state())
    }

    /// What happened after the pull request was opened.
    async fn since_opened(&self) -> Vec<String> {
        let kinds = self.ledger.kinds(&self.id).await;
        kinds.into_iter().skip_while(|kind| kind != "pull_request_opened").skip(1).collect()
    }
}

const OPEN: (ProposalStatus, PullRequestState) = (ProposalStatus::PrOpened, PullRequestState::Open);
const CLOSED: (ProposalStatus, PullRequestState) =
    (ProposalStatus::PrOpened, PullRequestState::Closed);
const MERGED: (ProposalStatus, PullRequestState) =
    (ProposalStatus::PrMerged, PullRequestState::Merged);

#[tokio::test]
async fn a_merge_makes_the_proposal_merged_and_live() {
    let scene = Scene::opened().await;
    let merged = Hook::merged(&scene.repository, 7, 9);
    let answer = merged.deliver(&scene.ledger).await.unwrap();
    assert_eq!(
        (answer.outcome(), answer.duplicate, answer.proposal_id),
        (DeliveryOutcome::Applied, false, scene.id.clone())
    );
    assert_eq!(scene.state().await, MERGED);
    let proposal = scene.proposal().await;
    assert_eq!((proposal.merged_at, proposal.is_currently_live), (Some(second(9)), true));
    let event = scene.ledger.events(&scene.id).await.pop().unwrap();
    assert_eq!(
        (event.kind.as_str(), event.actor.as_str(), event.facts["live"].as_str()),
        ("pull_request_merged", "github", "true")
    );
}

#[tokio::test]
async fn closed_and_reopened_move_the_pull_request_and_not_the_proposal() {
    let scene = Scene::opened().await;
    for (hook, state) in [
        (Hook::closed(&scene.repository, 7, 2), CLOSED),
        (Hook::reopened(&scene.repository, 7, 3), OPEN),
        (Hook::closed(&scene.repository, 7, 4), CLOSED),
        (Hook::merged(&scene.repository, 7, 5), MERGED),
    ] {
        assert_eq!(hook.outcome(&scene.ledger).await, DeliveryOutcome::Applied);
        assert_eq!(scene.state().await, state);
    }
    assert_eq!(
        scene.since_opened().await,
        [
            "pull_request_closed",
            "pull_request_reopened",
            "pull_request_closed",
            "pull_request_merged"
        ]
    );
}

/// GitHub closed, reopened and merged, in this order; the deliveries come in every order.
#[rstest]
#[case([0, 1, 2])]
#[case([0, 2, 1])]
#[case([1, 0, 2])]
#[case([1, 2, 0])]
#[case([2, 0, 1])]
#[case([2, 1, 0])]
#[tokio::test]
async fn deliveries_in_any_order_end_where_github_is(#[case] order: [usize; 3]) {
    let scene = Scene::opened().await;
    let repository = &scene.repository;
    let merged = [
        Hook::closed(repository, 7, 2),
        Hook::reopened(repository, 7, 3),
        Hook::merged(repository, 7, 4),
    ];
    for index in order {
        merged[index].deliver(&scene.ledger).await.unwrap();
    }
    assert_eq!(scene.state().await, MERGED);

    let scene = Scene::opened().await;
    let repository = &scene.repository;
    let reopened = [
        Hook::closed(repository, 7, 2),
        Hook::reopened(repository, 7, 3),
        Hook::closed(repository, 7, 4),
    ];
    for index in order {
        reopened[index].deliver(&scene.ledger).await.unwrap();
    }
    assert_eq!(scene.state().await, CLOSED);
}

#[tokio::test]
async fn a_replay_changes_nothing_and_gets_the_first_outcome() {
    let scene = Scene::opened().await;
    let closed = Hook::closed(&scene.repository, 7, 2);
    let reopened = Hook::reopened(&scene.repository, 7, 3);
    closed.outcome(&scene.ledger).await;
    reopened.outcome(&scene.ledger).await;
    Hook::closed(&scene.repository, 7, 4).outcome(&scene.ledger).await;
    let before = (scene.proposal().await, scene.ledger.events(&scene.id).await);
    for hook in [&closed, &reopened] {
        assert_eq!(hook.repeated(&scene.ledger).await, DeliveryOutcome::Applied, "the same id");
        let again = hook.again();
        assert_eq!(
            again.repeated(&scene.ledger).await,
            DeliveryOutcome::Applied,
            "the same content under another id"
        );
        assert_eq!(
            again.repeated(&scene.ledger).await,
            DeliveryOutcome::Applied,
            "and that one again"
        );
    }
    assert_eq!((scene.proposal().await, scene.ledger.events(&scene.id).await), before);
    let db = scene.ledger.db().await;
    let kept = db
        .query_one("SELECT count(*) AS n, count(duplicate_of) AS twins FROM deliveries", &[])
        .await
        .unwrap();
    assert_eq!((kept.get::<_, i64>("n"), kept.get::<_, i64>("twins")), (5, 2), "every id is kept");
}

#[tokio::test]
async fn an_id_with_another_body_is_refused() {
    let scene = Scene::opened().await;
    let closed = Hook::closed(&scene.repository, 7, 2);
    closed.outcome(&scene.ledger).await;
    let other = Hook::merged(&scene.repository, 7, 3);
    let forged = Hook {
        request: v1::RecordDeliveryRequest {
            delivery_id: closed.request.delivery_id.clone(),
            ..other.request
        },
    };
    let refusal = forged.deliver(&scene.ledger).await.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.code),
        (ErrorReason::DeliveryConflict, Code::AlreadyExists)
    );
    assert_eq!(scene.state().await, CLOSED);
}

/// GitHub gives one id to all hooks that subscribe to an event.
#[tokio::test]
async fn two_repositories_may_have_deliveries_of_one_id() {
    let scene = Scene::opened().await;
    let ours = Hook::closed(&scene.repository, 7, 2);
    let other = Hook::event(&Uuid::now_v7().to_string(), "push");
    let theirs = Hook {
        request: v1::RecordDeliveryRequest {
            delivery_id: ours.request.delivery_id.clone(),
            ..other.request
        },
    };
    assert_eq!(theirs.outcome(&scene.ledger).await, DeliveryOutcome::Noop);
    assert_eq!(ours.outcome(&scene.ledger).await, DeliveryOutcome::Applied);
}

#[tokio::test]
async fn the_same_delivery_many_times_at_once_is_applied_once() {
    let scene = Scene::opened().await;
    let merged = Hook::merged(&scene.repository, 7, 9);
    let others: Vec<_> = (0..4).map(|_| merged.again()).collect();
    let all = (0..8).map(|_| &merged).chain(&others);
    let answers = join_all(all.map(|hook| hook.deliver(&scene.ledger))).await;
    let fresh = answers.into_iter().filter(|answer| !answer.as_ref().unwrap().duplicate).count();
    assert_eq!(fresh, 1);
    assert_eq!(scene.since_opened().await, ["pull_request_merged"]);
}

#[tokio::test]
async fn what_needs_nothing_is_stored_and_answered() {
    let scene = Scene::opened().await;
    let repository = &scene.repository;
    for (hook, outcome) in [
        (Hook::event(repository, "ping"), DeliveryOutcome::Ping),
        (Hook::event(repository, "push"), DeliveryOutcome::Noop),
        (Hook::event(repository, "pull_request"), DeliveryOutcome::Noop),
        (Hook::about(repository, "synchronize", 7, 9), DeliveryOutcome::Noop),
        (Hook::merged(repository, 8, 9), DeliveryOutcome::UnknownPr),
    ] {
        assert_eq!(hook.outcome(&scene.ledger).await, outcome);
        assert_eq!(hook.repeated(&scene.ledger).await, outcome);
    }
    // The event's name is not signed: a body that says `closed` under another name does nothing.
    let mut renamed = Hook::closed(repository, 7, 9);
    renamed.request.event = "pull_request_review".to_owned();
    assert_eq!(renamed.outcome(&scene.ledger).await, DeliveryOutcome::Noop);
    assert_eq!(scene.state().await, OPEN);
}

/// Who holds the secret of one repository says nothing about another's pull requests.
#[tokio::test]
async fn a_number_of_another_repository_is_unknown() {
    let scene = Scene::opened().await;
    let other = scene.ledger.registry.repository_of(&scene.ledger.registry.wired_cluster("other"));
    assert_eq!(Hook::merged(&other, 7, 9).outcome(&scene.ledger).await, DeliveryOutcome::UnknownPr);
    assert_eq!(scene.state().await, OPEN);
    assert!(scene.since_opened().await.is_empty());
}

#[tokio::test]
async fn an_older_word_is_stale_and_an_equal_one_agrees_or_is_disputed() {
    let scene = Scene::opened().await;
    let repository = &scene.repository;
    assert_eq!(
        Hook::closed(repository, 7, 5).outcome(&scene.ledger).await,
        DeliveryOutcome::Applied
    );
    assert_eq!(
        Hook::reopened(repository, 7, 4).outcome(&scene.ledger).await,
        DeliveryOutcome::Stale
    );
    assert_eq!(
        Hook::reopened(repository, 7, 5).outcome(&scene.ledger).await,
        DeliveryOutcome::Stale
    );
    let same = Hook::closed(repository, 7, 5).with_body("the same, said in other words");
    assert_eq!(same.outcome(&scene.ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, CLOSED);
    assert_eq!(scene.since_opened().await, ["pull_request_closed", "report_stale", "disputed"]);

    assert_eq!(
        Hook::merged(repository, 7, 3).outcome(&scene.ledger).await,
        DeliveryOutcome::Applied,
        "whenever it comes"
    );
    assert_eq!(
        Hook::reopened(repository, 7, 99).outcome(&scene.ledger).await,
        DeliveryOutcome::Stale,
        "merged is final"
    );
    assert_eq!(scene.state().await, MERGED);
}

#[tokio::test]
async fn a_merge_without_its_time_counts_as_closed_until_the_time_is_known() {
    let scene = Scene::opened().await;
    let timeless = Hook::merged(&scene.repository, 7, 5).with(|event| event.merged_at = None);
    assert_eq!(timeless.outcome(&scene.ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, CLOSED);
    Hook::merged(&scene.repository, 7, 5).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, MERGED);
}

#[tokio::test]
async fn a_rejected_proposal_whose_pull_request_is_merged_is_merged() {
    let scene = Scene::leased().await;
    scene.ledger.reject(&scene.id, "no").await.unwrap();
    scene.work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(scene.ledger.close_jobs(&scene.id).await, 1);
    Hook::merged(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, MERGED);
    assert!(scene.proposal().await.is_currently_live);
    assert_eq!(scene.ledger.kinds(&scene.id).await.last().unwrap(), "merged_after_rejection");
    assert_eq!(scene.ledger.close_jobs(&scene.id).await, 0, "there is nothing to close any more");
}

#[tokio::test]
async fn a_rejected_proposal_follows_its_pull_request() {
    let scene = Scene::leased().await;
    scene.ledger.reject(&scene.id, "no").await.unwrap();
    scene.work.opened(pull(7, 1)).await.unwrap();
    Hook::closed(&scene.repository, 7, 2).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, (ProposalStatus::Rejected, PullRequestState::Closed));
    Hook::reopened(&scene.repository, 7, 3).outcome(&scene.ledger).await;
    assert_eq!(scene.state().await, (ProposalStatus::Rejected, PullRequestState::Open));
    assert_eq!(scene.proposal().await.rejected_reason, "no");
}

#[tokio::test]
async fn deliveries_that_came_before_the_number_was_known_are_applied_once_it_is() {
    let scene = Scene::leased().await;
    let closed = Hook::closed(&scene.repository, 7, 2);
    let merged = Hook::merged(&scene.repository, 7, 3);
    assert_eq!(merged.outcome(&scene.ledger).await, DeliveryOutcome::UnknownPr);
    assert_eq!(closed.outcome(&scene.ledger).await, DeliveryOutcome::UnknownPr);
    assert_eq!(
        Hook::merged(&scene.repository, 8, 3).outcome(&scene.ledger).await,
        DeliveryOutcome::UnknownPr
    );
    scene.work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(scene.state().await, MERGED);
    let answer = merged.deliver(&scene.ledger).await.unwrap();
    assert_eq!(
        (answer.outcome(), answer.duplicate, answer.proposal_id),
        (DeliveryOutcome::Applied, true, scene.id.clone())
    );
    assert_eq!(closed.repeated(&scene.ledger).await, DeliveryOutcome::Stale);
    assert_eq!(scene.since_opened().await, ["pull_request_merged", "report_stale"]);
}

#[rstest]
#[case::closed(Hook::closed, CLOSED)]
#[case::merged(Hook::merged, MERGED)]
#[tokio::test]
async fn a_delivery_may_be_faster_than_the_runner_s_end(
    #[case] hook: fn(&str, i64, i64) -> Hook,
    #[case] state: (ProposalStatus, PullRequestState),
) {
    let scene = Scene::leased().await;
    scene.work.record(Progress::PullRequest(pull(7, 1))).await.unwrap();
    let hook = hook(&scene.repository, 7, 2);
    assert_eq!(hook.outcome(&scene.ledger).await, DeliveryOutcome::Applied);
    assert_eq!(scene.state().await, state);
    scene.work.opened(pull(7, 1)).await.unwrap();
    assert_eq!(scene.state().await, state, "what the runner saw was older");
    let proposal = scene.proposal().await;
    assert_eq!((proposal.pull_request_number, proposal.is_opening), (7, false));
    let kinds = scene.ledger.kinds(&scene.id).await;
    assert!(
        kinds.contains(&"pull_request_opened".to_owned())
            && !kinds.contains(&"pull_request_unwanted".to_owned()),
        "{kinds:?}"
    );
    assert_eq!(scene.ledger.close_jobs(&scene.id).await, 0);
}

#[tokio::test]
async fn a_delivery_and_the_end_at_once_lose_nothing() {
    for _ in 0..10 {
        let scene = Scene::leased().await;
        let merged = Hook::merged(&scene.repository, 7, 2);
        let (delivered, ended) =
            tokio::join!(merged.deliver(&scene.ledger), scene.work.opened(pull(7, 1)));
        delivered.unwrap();
        ended.unwrap();
        assert_eq!(scene.state().await, MERGED);
    }
}

/// Otherwise the delivery could miss the number while it is being recorded, and the recording the delivery.
#[tokio::test]
async fn a_delivery_and_the_recording_of_its_number_take_turns() {
    let scene = Scene::leased().await;
    let mut db = scene.ledger.db().await;
    let turn = db.begin().await.unwrap();
    let key = format!("pull:{}:7", scene.repository);
    turn.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[&key]).await.unwrap();
    let merged = Hook::merged(&scene.repository, 7, 2);
    let both = async { tokio::join!(merged.deliver(&scene.ledger), scene.work.opened(pull(7, 1))) };
    let waiting = async {
        const SQL: &str = "
            SELECT count(*) = 2 AS both_wait
            FROM pg_locks
            JOIN pg_database ON pg_database.oid = pg_locks.database
            WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()";
        let wait =
            || async { turn.query_one(SQL, &[]).await.map(|row| row.get::<_, bool>("both_wait")) };
        until("both wait for their turn", Duration::from_secs(20), wait).await.unwrap();
        turn.rollback().await.unwrap();
    };
    let ((delivered, ended), ()) = tokio::join!(both, waiting);
    delivered.unwrap();
    ended.unwrap();
    assert_eq!(scene.state().await, MERGED);
}

#[tokio::test]
async fn a_delivery_that_breaks_is_kept_and_can_be_applied_later() {
    let scene = Scene::opened().await;
    let db = scene.ledger.db().await;
    db.batch_execute(
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$;
         CREATE TRIGGER broken BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION break();",
    )
    .await
    .unwrap();
    let closed = Hook::closed(&scene.repository, 7, 2);
    assert_eq!(closed.outcome(&scene.ledger).await, DeliveryOutcome::Failed);
    assert_eq!(scene.state().await, OPEN);
    let kept = db.query_one("SELECT error, body_gzip FROM deliveries", &[]).await.unwrap();
    assert!(kept.get::<_, String>("error").contains("broken on purpose"));
    assert_eq!(kept.get::<_, Vec<u8>>("body_gzip"), closed.request.body_gzip);
    assert!(scene.since_opened().await.is_empty(), "nothing of it is left");

    db.batch_execute("DROP TRIGGER broken ON proposals").await.unwrap();
    assert_eq!(closed.outcome(&scene.ledger).await, DeliveryOutcome::Applied, "the same id again");
    assert_eq!(scene.state().await, CLOSED);
    assert_eq!(closed.repeated(&scene.ledger).await, DeliveryOutcome::Applied);
    let kept = db.query_one("SELECT error FROM deliveries", &[]).await.unwrap();
    assert_eq!(kept.get::<_, Option<String>>("error"), None);
}

#[tokio::test]
async fn malformed_deliveries_name_their_fields() {
    let ledger = Harness::start().await;
    let hook = Hook {
        request: v1::RecordDeliveryRequest {
            pull_request: Some(v1::PullRequestEvent::default()),
            ..Default::default()
        },
    };
    assert_eq!(
        fields(hook.deliver(&ledger).await),
        [
            "repository_id",
            "delivery_id",
            "event",
            "body_sha256",
            "received_at",
            "pull_request.number",
            "pull_request.action"
        ]
    );
    let long = Hook::event(&Uuid::now_v7().to_string(), &"x".repeat(256));
    assert_eq!(reason(long.deliver(&ledger).await), ErrorReason::ValidationError);
}
