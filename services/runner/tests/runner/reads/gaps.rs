//! The log of a hook: what never came is asked for again, a bounded number at a time and no faster than the pace.

use std::time::{Duration, Instant};

use pullwright_forge::{Fault, FaultKind, Hook, NewHook};
use pullwright_proto::job::{
    DeliveryGapsFilled, FillDeliveryGapsSpec, JobKind, complete_job_request::Outcome,
    fill_delivery_gaps_spec, job::Spec,
};
use pullwright_testkit::wait;

use super::{asked, done, known};
use crate::questions::harness::{REPOSITORY, World};

/// A hook to nobody: what it is sent is lost at once.
async fn hook(world: &World) -> Hook {
    let url = "http://127.0.0.1:9/webhooks/github";
    let hook = world.forge.create_hook(REPOSITORY, NewHook::new(url, "a secret of ours")).await;
    hook.unwrap()
}

/// Has so many events sent, and gives the ids of their deliveries, the oldest first.
async fn events(world: &World, count: usize) -> Vec<String> {
    let known = world.forge.deliveries(REPOSITORY).await.unwrap().len();
    let new = pullwright_forge::NewPulls::numbered("pullwright/event-", 1);
    let number = world.forge.create_pulls(REPOSITORY, new).await.unwrap()[0].number;
    for at in 0..count {
        if at % 2 == 0 {
            world.forge.close(REPOSITORY, number).await.unwrap();
        } else {
            world.forge.reopen(REPOSITORY, number).await.unwrap();
        }
    }
    let sent = || async {
        let all = world.forge.deliveries(REPOSITORY).await.unwrap();
        let ended = all.iter().all(|one| one.is_done());
        (ended && all.len() >= known + count).then_some(all)
    };
    let all = wait::until("all are sent", Duration::from_secs(60), sent).await.unwrap();
    world.forge.clear_requests().await;
    let mut guids: Vec<(u64, String)> = all.into_iter().map(|one| (one.id, one.guid)).collect();
    guids.sort();
    guids.into_iter().skip(known).map(|(_, guid)| guid).collect()
}

async fn spec(world: &World, hook: &Hook) -> FillDeliveryGapsSpec {
    FillDeliveryGapsSpec {
        hook: Some(fill_delivery_gaps_spec::Hook::Repository(known(world).await)),
        webhook_id: hook.id.try_into().unwrap(),
        ..FillDeliveryGapsSpec::default()
    }
}

async fn fill(world: &World, spec: FillDeliveryGapsSpec) -> DeliveryGapsFilled {
    let ended = world.work(JobKind::FillDeliveryGaps, Spec::FillDeliveryGaps(spec)).await;
    let Outcome::GapsFilled(filled) = done(ended) else { panic!("another end") };
    filled
}

/// How often each delivery was sent again.
async fn again(world: &World) -> Vec<String> {
    let all = world.forge.deliveries(REPOSITORY).await.unwrap();
    all.into_iter().filter(|one| one.redelivery).map(|one| one.guid).collect()
}

#[tokio::test]
async fn what_never_came_is_asked_for_again_the_oldest_first() {
    let world = World::start().await;
    let hook = hook(&world).await;
    let guids = events(&world, 6).await;
    let missing = [guids[1].clone(), guids[4].clone()];
    world.tell(|told| told.missing = missing.clone().into());
    let filled = fill(&world, spec(&world, &hook).await).await;
    assert_eq!((&filled.asked_delivery_ids[..], filled.failure), (&missing[..], None));
    let listed = world.told.lock().unwrap().logged.concat();
    assert_eq!(listed.len() as i32, filled.listed);
    assert!(listed.iter().any(|one| one.event == "pull_request" && one.action == "closed"));
    assert!(listed.iter().all(|one| one.status_code == 502 && one.attempt_id > 0));
    let newest = listed
        .iter()
        .map(|one| one.delivered_at.unwrap())
        .max_by_key(|time| (time.seconds, time.nanos));
    assert_eq!((filled.checked_until, filled.resume_cursor.as_str()), (newest, ""));
    assert_eq!(again(&world).await.len(), 2);
}

#[tokio::test]
async fn requests_to_send_again_keep_their_distance() {
    let mut world = World::start().await;
    world.stop().await;
    world.run(&[("RUNNER_REDELIVERY_PACE", "300ms")]).await;
    let hook = hook(&world).await;
    let guids = events(&world, 4).await;
    world.tell(|told| told.missing = guids.into_iter().collect());
    let began = Instant::now();
    let filled = fill(&world, spec(&world, &hook).await).await;
    assert_eq!(filled.asked_delivery_ids.len(), 4);
    assert!(began.elapsed() >= Duration::from_millis(900), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_log_is_read_no_further_than_where_it_was_read_before() {
    let world = World::start().await;
    let hook = hook(&world).await;
    events(&world, 3).await;
    let mut spec = spec(&world, &hook).await;
    let until = fill(&world, spec.clone()).await.checked_until.unwrap();
    world.tell(|told| told.logged.clear());
    // Ten minutes are read once more; what is older is not.
    spec.checked_until = Some(prost_types::Timestamp { seconds: until.seconds + 660, nanos: 0 });
    let filled = fill(&world, spec).await;
    assert!(filled.checked_until.is_some() && filled.asked_delivery_ids.is_empty());
    assert!(world.told.lock().unwrap().logged.is_empty(), "the ledger is not asked about those");
}

#[tokio::test]
async fn a_long_log_is_read_page_by_page() {
    let world = World::start().await;
    let hook = hook(&world).await;
    let guids = events(&world, 230).await;
    world.tell(|told| told.missing = [guids[0].clone()].into());
    let filled = fill(&world, spec(&world, &hook).await).await;
    assert!(filled.listed >= 230 && filled.resume_cursor.is_empty(), "{filled:?}");
    assert_eq!(filled.asked_delivery_ids, [guids[0].clone()]);
    let asked = asked(&world).await;
    assert_eq!(asked.iter().filter(|route| route.starts_with("hooks.deliveries.list")).count(), 3);
}

#[tokio::test]
async fn a_run_that_github_breaks_goes_on_where_it_stopped() {
    let world = World::start().await;
    let hook = hook(&world).await;
    let guids = events(&world, 150).await;
    let oldest = guids[0].clone();
    world.tell(|told| told.missing = [oldest.clone()].into());
    let broken = FaultKind::Status { code: 502, body: String::new(), headers: Default::default() };
    let fault = Fault::on("hooks.deliveries.redeliver", broken).times(3);
    world.forge.add_fault(fault).await.unwrap();
    let mut next = spec(&world, &hook).await;
    let rest = [guids[1].clone(), guids[2].clone()];
    world.tell(|told| told.missing.extend(rest));

    let filled = fill(&world, next.clone()).await;
    assert!(filled.failure.unwrap().message.contains("502"));
    assert!(filled.checked_until.is_none() && filled.asked_delivery_ids.is_empty());
    assert!(filled.resume_cursor.starts_with("v1_"), "{}", filled.resume_cursor);
    assert!(filled.resume_newest.is_some());

    next.resume_cursor = filled.resume_cursor;
    next.resume_newest = filled.resume_newest;
    world.tell(|told| told.logged.clear());
    let filled = fill(&world, next).await;
    assert_eq!((filled.asked_delivery_ids.len(), filled.failure), (3, None));
    assert_eq!(filled.checked_until, filled_newest(&world).await, "of the run that began");
    assert_eq!(world.told.lock().unwrap().logged.len(), 1, "the first page is not read again");
}

/// The newest delivery that was no answer to a request of ours.
async fn filled_newest(world: &World) -> Option<prost_types::Timestamp> {
    let all = world.forge.deliveries(REPOSITORY).await.unwrap();
    let newest = all.iter().filter(|one| !one.redelivery).map(|one| one.delivered_at).max()?;
    Some(prost_types::Timestamp { seconds: newest.as_second(), nanos: newest.subsec_nanosecond() })
}

#[tokio::test]
async fn a_cursor_that_is_not_taken_any_more_begins_anew() {
    let world = World::start().await;
    let hook = hook(&world).await;
    events(&world, 2).await;
    let stale = FaultKind::Status {
        code: 422,
        body: r#"{"message":"Invalid cursor"}"#.to_owned(),
        headers: Default::default(),
    };
    let fault = Fault::on("hooks.deliveries.list", stale).times(1);
    world.forge.add_fault(fault).await.unwrap();
    let mut spec = spec(&world, &hook).await;
    spec.resume_cursor = "v1_1".to_owned();
    spec.resume_newest = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
    let filled = fill(&world, spec).await;
    assert!(filled.failure.is_none() && filled.listed >= 2, "{filled:?}");
    assert_eq!(filled.checked_until, filled_newest(&world).await);
}

#[tokio::test]
async fn one_attempt_that_cannot_be_asked_for_does_not_stop_the_others() {
    let world = World::start().await;
    let hook = hook(&world).await;
    let guids = events(&world, 3).await;
    world.tell(|told| told.missing = guids.iter().cloned().collect());
    let gone = FaultKind::Status { code: 404, body: "{}".to_owned(), headers: Default::default() };
    let fault = Fault::on("hooks.deliveries.redeliver", gone).times(1);
    world.forge.add_fault(fault).await.unwrap();
    let filled = fill(&world, spec(&world, &hook).await).await;
    assert_eq!((&filled.asked_delivery_ids[..], filled.failure), (&guids[1..], None));
    assert!(filled.checked_until.is_some());
}

/// What GitHub refuses it refuses the next time, too: it is told, and the log is read to its end.
#[tokio::test]
async fn what_github_refuses_to_send_again_is_told_and_holds_up_nothing() {
    for code in [404, 410, 422] {
        let world = World::start().await;
        let hook = hook(&world).await;
        let guids = events(&world, 6).await;
        world.tell(|told| told.missing = guids.iter().cloned().collect());
        let body = r#"{"message":"it is too old"}"#.to_owned();
        let refused = FaultKind::Status { code, body, headers: Default::default() };
        let fault = Fault::on("hooks.deliveries.redeliver", refused).times(5);
        world.forge.add_fault(fault).await.unwrap();
        let filled = fill(&world, spec(&world, &hook).await).await;
        assert_eq!((&filled.asked_delivery_ids[..], filled.failure), (&guids[5..], None), "{code}");
        assert_eq!(filled.refused_delivery_ids, guids[..5], "{code}");
        let refusal = filled.refusal.unwrap();
        assert_eq!(refusal.reason, "GITHUB_API_FAILED");
        assert!(refusal.message.contains("attempts"), "{}", refusal.message);
        assert!(filled.checked_until.is_some() && filled.resume_cursor.is_empty());
    }
}

#[tokio::test]
async fn a_rate_limit_ends_the_run_and_says_how_long() {
    let world = World::start().await;
    let hook = hook(&world).await;
    let guids = events(&world, 2).await;
    world.tell(|told| told.missing = guids.into_iter().collect());
    let limited = FaultKind::Status {
        code: 429,
        body: "{}".to_owned(),
        headers: [("retry-after".to_owned(), "7".to_owned())].into(),
    };
    world.forge.add_fault(Fault::on("hooks.deliveries.redeliver", limited)).await.unwrap();
    let filled = fill(&world, spec(&world, &hook).await).await;
    assert_eq!(filled.failure.unwrap().retry_after.unwrap().seconds, 7);
    assert!(filled.checked_until.is_none());
}

#[tokio::test]
async fn a_hook_that_was_deleted_is_told() {
    let world = World::start().await;
    let hook = hook(&world).await;
    let spec = spec(&world, &hook).await;
    world.forge.delete_hook(REPOSITORY, hook.id).await.unwrap();
    let filled = fill(&world, spec).await;
    assert!(filled.hook_not_found);
    let failure = filled.failure.unwrap();
    assert_eq!(failure.reason, "GITHUB_API_FAILED");
    assert!(failure.message.contains("not found"), "{}", failure.message);
}

#[tokio::test]
async fn a_hook_of_a_renamed_repository_is_asked_under_the_new_name() {
    let world = World::start().await;
    let hook = hook(&world).await;
    let guids = events(&world, 2).await;
    let spec = spec(&world, &hook).await;
    world.tell(|told| told.missing = guids.iter().cloned().collect());
    world.forge.rename_repository(REPOSITORY, "acme/better-name").await.unwrap();
    let filled = fill(&world, spec).await;
    assert_eq!((&filled.asked_delivery_ids[..], filled.failure), (&guids[..], None));
    assert_eq!(world.told.lock().unwrap().repositories[0].full_name, "acme/better-name");
}

#[tokio::test]
async fn nothing_is_asked_for_after_the_lease_was_lost() {
    let mut world = World::start().await;
    world.stop().await;
    let pace = [("RUNNER_REDELIVERY_PACE", "700ms"), ("RUNNER_RENEW_EVERY", "100ms")];
    world.run(&pace).await;
    let hook = hook(&world).await;
    let guids = events(&world, 5).await;
    world.tell(|told| told.missing = guids.into_iter().collect());
    let spec = spec(&world, &hook).await;
    world.queue(JobKind::FillDeliveryGaps, Spec::FillDeliveryGaps(spec));
    wait::until("the first is asked for", Duration::from_secs(10), || async {
        !again(&world).await.is_empty()
    })
    .await
    .unwrap();
    world.tell(|told| told.refuses_renewals = true);
    let refused = world.told.lock().unwrap().renewed + 1;
    wait::until("a renewal is refused", Duration::from_secs(10), || async {
        world.told.lock().unwrap().renewed >= refused
    })
    .await
    .unwrap();
    // Waits until the job has stopped.
    world.stop().await;
    assert!(again(&world).await.len() <= 2, "{:?}", again(&world).await);
    assert!(world.told.lock().unwrap().ended.is_empty(), "nobody would take its end");
}
