//! Deliveries: late, twice, in any order, and forged.

mod attacks;
mod crowd;
mod groups;
mod losing;
mod parked;
mod shown;
mod speed;
mod waiting;

use futures::future::join_all;
use pullwright_pg::Queries as _;
use pullwright_proto::{
    delivery::{self as v1, DeliveryOutcome},
    error::ErrorReason,
};
use rstest::rstest;
use tonic::Code;
use uuid::Uuid;

use crate::{
    harness::{Harness, fields, reason},
    hook::Hook,
    runner::second,
    scene::{CLOSED, MERGED, OPEN, Scene},
};

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

/// Otherwise the delivery could miss the number while it is being recorded, and the recording the delivery.
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
