//! Hooks: when they are looked at, and what is kept of how they were found.

use pullwright_proto::job::{
    self as v1, JobKind, JobKind::RegisterWebhook, complete_job_request::Outcome, job::Spec,
};

use super::{Look, World, failure};

fn spec(look: &Look) -> (i64, &str) {
    match &look.job.spec {
        Some(Spec::RegisterWebhook(spec)) => (spec.webhook_id, &spec.secret_version),
        other => panic!("no hook to look at: {other:?}"),
    }
}

fn good(id: i64, version: &str) -> Outcome {
    Outcome::WebhookRegistered(v1::WebhookRegistered {
        webhook_id: id,
        secret_version: version.to_owned(),
        action: v1::WebhookAction::Created.into(),
        failure: None,
    })
}

fn bad(id: i64) -> Outcome {
    let failure = Some(failure("WEBHOOK_REFUSED"));
    Outcome::WebhookRegistered(v1::WebhookRegistered {
        webhook_id: id,
        failure,
        ..Default::default()
    })
}

async fn with_webhook() -> World {
    let world = World::start().await;
    world.ledger.registry.give_webhook(&world.repository);
    world
}

/// §18.2 AC-6, the ledger's part: a repository with a webhook secret has its hook looked at, one without has not.
#[tokio::test]
async fn a_repository_with_a_webhook_secret_has_its_hook_looked_at_at_once() {
    let mut world = with_webhook().await;
    let without = world.ledger.registry.repository("without");
    let look = world.look(RegisterWebhook).await;
    assert_eq!(
        (look.lease.lane.as_str(), spec(&look)),
        (&*format!("read:hook:{}", world.repository), (0, ""))
    );
    assert!(world.lease(RegisterWebhook).await.is_none());
    look.complete(good(5, "hook@1")).await.unwrap();
    assert_eq!(world.next_in("register_webhook", &world.repository).await, 10);
    let watched = world.watched(&world.repository).await;
    assert_eq!((watched.webhook_id, watched.webhook_error.as_str()), (5, ""));
    assert!(watched.webhook_checked_at.is_some());
    assert_eq!(world.watched(&without).await.webhook_checked_at, None);

    let log = world.look(JobKind::FillDeliveryGaps).await;
    assert_eq!(log.gaps().webhook_id, 5, "there is a log to read from now on");
    world.pass_looks("10 minutes").await;
    assert_eq!(spec(&world.look(RegisterWebhook).await), (5, "hook@1"));
}

/// §18.2 AC-7, the ledger's part: each failure is shown and tried again, after a minute, two, … an hour.
#[tokio::test]
async fn a_hook_that_cannot_be_registered_is_tried_ever_more_seldom_and_says_why() {
    let mut world = with_webhook().await;
    for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
        let look = world.look(RegisterWebhook).await;
        look.complete(bad(0)).await.unwrap();
        assert_eq!(world.next_in("register_webhook", &world.repository).await, minutes);
        world.pass_looks("1 hour").await;
    }
    let watched = world.watched(&world.repository).await;
    assert_eq!(watched.webhook_error, "WEBHOOK_REFUSED: GitHub said no");
    world.look(RegisterWebhook).await.complete(good(5, "hook@1")).await.unwrap();
    assert_eq!(world.watched(&world.repository).await.webhook_error, "");
    assert_eq!(world.next_in("register_webhook", &world.repository).await, 10);
    world.pass_looks("1 hour").await;
    world.look(RegisterWebhook).await.complete(bad(0)).await.unwrap();
    assert_eq!(world.next_in("register_webhook", &world.repository).await, 1);
    assert_eq!(world.watched(&world.repository).await.webhook_id, 5, "the known one is kept");
}

#[tokio::test]
async fn a_change_in_the_registry_has_the_hook_looked_at_at_once_also_while_somebody_looks() {
    let mut world = with_webhook().await;
    let look = world.look(RegisterWebhook).await;
    world.ledger.registry.give_webhook(&world.repository);
    world.step().await;
    look.complete(good(5, "hook@1")).await.unwrap();
    let again = world.look(RegisterWebhook).await;
    again.complete(bad(5)).await.unwrap();
    world.step().await;
    assert!(world.lease(RegisterWebhook).await.is_none());
    world.ledger.registry.give_webhook(&world.repository);
    let last = world.look(RegisterWebhook).await;
    last.complete(good(5, "hook@2")).await.unwrap();
    world.step().await;
    assert!(world.lease(RegisterWebhook).await.is_none(), "nothing changed since");
}

#[tokio::test]
async fn another_hook_has_another_log() {
    let mut world = with_webhook().await;
    world.look(RegisterWebhook).await.complete(good(5, "hook@1")).await.unwrap();
    let log = world.look(JobKind::FillDeliveryGaps).await;
    let through = v1::DeliveryGapsFilled {
        checked_until: Some(crate::runner::second(1)),
        ..Default::default()
    };
    log.complete(Outcome::GapsFilled(through)).await.unwrap();
    assert!(world.watched(&world.repository).await.deliveries_checked_until.is_some());
    world.pass_looks("1 hour").await;
    world.look(RegisterWebhook).await.complete(good(6, "hook@1")).await.unwrap();
    let log = world.look(JobKind::FillDeliveryGaps).await;
    assert_eq!((log.gaps().webhook_id, log.gaps().checked_until), (6, None));
}
