//! What GitHub says it sent and what came: the difference is asked for again, so often and no more.

use pullwright_pg::Queries as _;
use pullwright_proposal::schedule::Schedule;
use pullwright_proto::job::{
    self as v1, JobKind::FillDeliveryGaps, JobKind::RegisterWebhook, complete_job_request::Outcome,
};

use super::{Look, World, failure};
use crate::{harness::fields, hook::Hook};

async fn with_hook() -> World {
    let mut world = World::start().await;
    world.ledger.registry.give_webhook(&world.repository);
    let registered = v1::WebhookRegistered { webhook_id: 5, ..Default::default() };
    let look = world.look(RegisterWebhook).await;
    look.complete(Outcome::WebhookRegistered(registered)).await.unwrap();
    world
}

impl World {
    /// An entry of GitHub's log, sent so many seconds ago.
    async fn entry(&self, guid: &str, attempt_id: i64, seconds_ago: i64) -> v1::LoggedDelivery {
        const SQL: &str = "SELECT extract(epoch FROM now())::bigint - $1 AS second";
        let row = self.ledger.db().await.query_one(SQL, &[&seconds_ago]).await.unwrap();
        v1::LoggedDelivery {
            attempt_id,
            delivery_id: guid.to_owned(),
            event: "pull_request".to_owned(),
            action: "closed".to_owned(),
            delivered_at: Some(prost_types::Timestamp { seconds: row.get("second"), nanos: 0 }),
            status_code: 502,
        }
    }

    async fn missing(&self) -> (i64, i64) {
        let watched = self.watched(&self.repository).await;
        (watched.deliveries_missing, watched.deliveries_lost)
    }

    /// Lets the time pass until everything missing is asked for again.
    async fn wait(&self) {
        self.sql("UPDATE logged_deliveries SET next_ask_at = now()").await;
        self.pass_looks("1 hour").await;
    }
}

async fn through(look: &Look, asked: &[&str]) {
    let filled = v1::DeliveryGapsFilled {
        checked_until: Some(crate::runner::second(1)),
        asked_delivery_ids: asked.iter().map(|id| (*id).to_owned()).collect(),
        ..Default::default()
    };
    look.complete(Outcome::GapsFilled(filled)).await.unwrap();
}

#[tokio::test]
async fn what_never_came_is_asked_for_and_what_came_is_not() {
    let mut world = with_hook().await;
    let came = Hook::closed(&world.repository, 7, 1);
    came.outcome(&world.ledger).await;
    let look = world.look(FillDeliveryGaps).await;
    let page = vec![
        world.entry("lost-2", 12, 30).await,
        world.entry(&came.request.delivery_id, 11, 40).await,
        world.entry("lost-1", 10, 60).await,
        world.entry("lost-1", 9, 90).await,
    ];
    assert_eq!(look.check(page.clone()).await.unwrap(), [10, 12], "the oldest first, each once");
    assert_eq!(look.check(page).await.unwrap(), [0i64; 0], "not twice at once");
    through(&look, &["lost-1", "lost-2"]).await;
    assert_eq!(world.missing().await, (2, 0));

    let mut late = Hook::closed(&world.repository, 7, 2);
    late.request.delivery_id = "lost-1".to_owned();
    late.deliver(&world.ledger).await.unwrap();
    world.wait().await;
    let look = world.look(FillDeliveryGaps).await;
    let page = vec![world.entry("lost-2", 12, 30).await, world.entry("lost-1", 10, 60).await];
    assert_eq!(look.check(page).await.unwrap(), [12], "the other one came");
    assert_eq!(world.missing().await, (1, 0));
}

/// A delivery that failed inside us is ours to try again: GitHub is not asked for it.
#[tokio::test]
async fn what_failed_here_is_not_asked_for() {
    let mut world = with_hook().await;
    let kept = Hook::closed(&world.repository, 7, 1);
    kept.outcome(&world.ledger).await;
    world
        .sql(
            "UPDATE deliveries SET outcome = 'failed', next_attempt_at = now() + interval '1 hour'",
        )
        .await;
    let look = world.look(FillDeliveryGaps).await;
    let page = vec![world.entry(&kept.request.delivery_id, 11, 40).await];
    assert_eq!(look.check(page).await.unwrap(), [0i64; 0]);
}

#[tokio::test]
async fn what_never_comes_is_asked_for_five_times_and_then_lost() {
    let mut world = with_hook().await;
    for round in 1..=5 {
        let look = world.look(FillDeliveryGaps).await;
        let page = vec![world.entry("lost", 10, 60).await];
        assert_eq!(look.check(page).await.unwrap(), [10], "{round}");
        through(&look, &["lost"]).await;
        world.wait().await;
    }
    let look = world.look(FillDeliveryGaps).await;
    let page = vec![world.entry("lost", 10, 60).await];
    assert_eq!(look.check(page).await.unwrap(), [0i64; 0]);
    assert_eq!(world.missing().await, (0, 1));
    let mut late = Hook::closed(&world.repository, 7, 2);
    late.request.delivery_id = "lost".to_owned();
    late.deliver(&world.ledger).await.unwrap();
    look.check(vec![]).await.unwrap();
    assert_eq!(world.missing().await, (0, 0), "it came after all");
}

/// GitHub tells times in whole seconds: the attempt that was asked for may stand under the same one.
#[tokio::test]
async fn of_two_attempts_within_one_second_the_later_is_asked_for() {
    let mut world = with_hook().await;
    let first = world.entry("lost", 10, 60).await;
    let look = world.look(FillDeliveryGaps).await;
    assert_eq!(look.check(vec![first.clone()]).await.unwrap(), [10]);
    through(&look, &["lost"]).await;
    world.wait().await;

    let look = world.look(FillDeliveryGaps).await;
    let second = v1::LoggedDelivery { attempt_id: 11, ..first.clone() };
    assert_eq!(look.check(vec![second, first]).await.unwrap(), [11]);
}

/// Only what GitHub agreed to counts: a credential that may not ask loses nothing.
#[tokio::test]
async fn what_github_did_not_agree_to_send_again_does_not_count() {
    let mut world = with_hook().await;
    for _ in 0..7 {
        let look = world.look(FillDeliveryGaps).await;
        let page = vec![world.entry("lost", 10, 60).await];
        assert_eq!(look.check(page).await.unwrap(), [10]);
        let filled = v1::DeliveryGapsFilled {
            failure: Some(failure("WEBHOOK_REFUSED")),
            ..Default::default()
        };
        look.complete(Outcome::GapsFilled(filled)).await.unwrap();
        world.wait().await;
    }
    assert_eq!(world.missing().await, (1, 0));
    let watched = world.watched(&world.repository).await;
    assert_eq!(watched.deliveries_error, "WEBHOOK_REFUSED: GitHub said no");
}

/// What GitHub refuses for good is given up like what never comes, and it is seen why.
#[tokio::test]
async fn what_github_refuses_to_send_again_is_refused_five_times_and_then_lost() {
    let mut world = with_hook().await;
    const WHY: &str = "GITHUB_API_FAILED: GitHub said no";
    for round in 1..=5 {
        let look = world.look(FillDeliveryGaps).await;
        let page = vec![world.entry("refused", 10, 60).await];
        assert_eq!(look.check(page).await.unwrap(), [10], "{round}");
        let filled = v1::DeliveryGapsFilled {
            checked_until: Some(crate::runner::second(1)),
            refused_delivery_ids: vec!["refused".to_owned()],
            refusal: Some(failure("GITHUB_API_FAILED")),
            ..Default::default()
        };
        look.complete(Outcome::GapsFilled(filled)).await.unwrap();
        assert_eq!(world.missing().await, (1, 0), "{round}");
        assert_eq!(world.watched(&world.repository).await.deliveries_error, WHY);
        world.wait().await;
    }
    let look = world.look(FillDeliveryGaps).await;
    let page = vec![world.entry("refused", 10, 60).await];
    assert_eq!(look.check(page).await.unwrap(), [0i64; 0]);
    through(&look, &[]).await;
    assert_eq!(world.missing().await, (0, 1));
    assert_eq!(world.watched(&world.repository).await.deliveries_error, WHY, "as long as it is");
}

/// A refused one waits ever longer, while others are asked for.
#[tokio::test]
async fn a_refusal_that_is_followed_by_a_consent_is_forgotten() {
    let mut world = with_hook().await;
    let look = world.look(FillDeliveryGaps).await;
    look.check(vec![world.entry("refused", 10, 60).await]).await.unwrap();
    let filled = v1::DeliveryGapsFilled {
        refused_delivery_ids: vec!["refused".to_owned()],
        ..Default::default()
    };
    look.complete(Outcome::GapsFilled(filled)).await.unwrap();
    let told = world.watched(&world.repository).await.deliveries_error;
    assert_eq!(told, "GITHUB_API_FAILED: GitHub refused to send it again");
    world.pass_looks("1 minute").await;
    let look = world.look(FillDeliveryGaps).await;
    let page = vec![world.entry("refused", 10, 60).await];
    assert_eq!(look.check(page).await.unwrap(), [0i64; 0], "it waits two minutes");
    through(&look, &["refused"]).await;
    assert_eq!(world.watched(&world.repository).await.deliveries_error, "");
}

/// Without its hook a repository tells nothing: it is looked at at once, and the new one's log is read at once.
#[tokio::test]
async fn a_hook_that_is_gone_is_looked_at_at_once() {
    let mut world = with_hook().await;
    let look = world.look(FillDeliveryGaps).await;
    assert!(world.lease(RegisterWebhook).await.is_none(), "it is checked every ten minutes");
    let filled = v1::DeliveryGapsFilled {
        failure: Some(failure("GITHUB_API_FAILED")),
        hook_not_found: true,
        ..Default::default()
    };
    look.complete(Outcome::GapsFilled(filled)).await.unwrap();
    let look = world.look(RegisterWebhook).await;
    world.step().await;
    assert!(world.lease(FillDeliveryGaps).await.is_none(), "it waits after the failure");
    let registered = v1::WebhookRegistered { webhook_id: 6, ..Default::default() };
    look.complete(Outcome::WebhookRegistered(registered)).await.unwrap();
    let look = world.look(FillDeliveryGaps).await;
    assert_eq!(look.gaps().webhook_id, 6);
}

#[tokio::test]
async fn what_may_still_be_on_its_way_and_what_is_too_old_is_left_alone() {
    let mut world = with_hook().await;
    let look = world.look(FillDeliveryGaps).await;
    let young = v1::LoggedDelivery { status_code: 0, ..world.entry("young", 10, 1).await };
    let old = world.entry("old", 9, 4 * 24 * 60 * 60).await;
    assert_eq!(look.check(vec![young, old]).await.unwrap(), [0i64; 0]);
    assert_eq!(world.missing().await, (1, 0));
}

/// A run that stops goes on where it stopped, at once; one that got through waits for its next time.
#[tokio::test]
async fn a_run_that_stopped_goes_on_from_its_cursor() {
    let mut world = with_hook().await;
    let look = world.look(FillDeliveryGaps).await;
    assert_eq!((look.gaps().checked_until, look.gaps().resume_cursor.as_str()), (None, ""));
    let stopped = v1::DeliveryGapsFilled {
        resume_cursor: "v1_7".to_owned(),
        resume_newest: Some(crate::runner::second(9)),
        listed: 100,
        ..Default::default()
    };
    look.complete(Outcome::GapsFilled(stopped)).await.unwrap();
    let look = world.look(FillDeliveryGaps).await;
    let spec = look.gaps();
    assert_eq!(
        (spec.resume_cursor.as_str(), spec.resume_newest),
        ("v1_7", Some(crate::runner::second(9)))
    );
    let filled = v1::DeliveryGapsFilled {
        checked_until: Some(crate::runner::second(9)),
        ..Default::default()
    };
    look.complete(Outcome::GapsFilled(filled)).await.unwrap();
    assert_eq!(world.next_in("fill_delivery_gaps", &world.repository).await, 1);
    world.pass_looks("1 minute").await;
    let look = world.look(FillDeliveryGaps).await;
    assert_eq!(look.gaps().checked_until, Some(crate::runner::second(9)));
    assert_eq!(look.gaps().resume_cursor, "");
    let wrong = v1::DeliveryGapsFilled { resume_cursor: "v1_8".to_owned(), ..Default::default() };
    assert_eq!(
        fields(look.complete(Outcome::GapsFilled(wrong)).await),
        ["gaps_filled.resume_newest"]
    );
}

/// What is to be asked for once more is reached by reading back to it.
#[tokio::test]
async fn the_log_is_read_back_to_what_is_to_be_asked_for_again() {
    let mut world = with_hook().await;
    let look = world.look(FillDeliveryGaps).await;
    let page = vec![world.entry("lost", 10, 3_600).await];
    look.check(page.clone()).await.unwrap();
    let filled = v1::DeliveryGapsFilled {
        checked_until: world.entry("", 1, 0).await.delivered_at,
        asked_delivery_ids: vec!["lost".to_owned()],
        ..Default::default()
    };
    look.complete(Outcome::GapsFilled(filled)).await.unwrap();
    world.pass_looks("1 minute").await;
    let look = world.look(FillDeliveryGaps).await;
    assert!(look.gaps().checked_until.unwrap().seconds > page[0].delivered_at.unwrap().seconds);
    through(&look, &[]).await;
    world.wait().await;
    let look = world.look(FillDeliveryGaps).await;
    assert_eq!(look.gaps().checked_until, page[0].delivered_at);
}

/// Whoever was away may have missed something: at its start a ledger has every log read.
#[tokio::test]
async fn at_the_start_every_log_is_read_at_once() {
    let mut world = with_hook().await;
    through(&world.look(FillDeliveryGaps).await, &[]).await;
    world.step().await;
    assert!(world.lease(FillDeliveryGaps).await.is_none());
    world.schedule = Schedule::new(world.ledger.app.clone());
    world.look(FillDeliveryGaps).await;
}
