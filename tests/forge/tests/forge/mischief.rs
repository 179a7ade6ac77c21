//! What a policy does to deliveries.

use std::collections::BTreeMap;

use pullwright_forge::{DeliveryPolicy, NewHook, NewPulls, PullChange, PullChanges, PullStep};
use reqwest::{Method, StatusCode};

use crate::support::{REPOSITORY, Received, Receiver, World, all_sent, eventually};

async fn hooked(world: &World) -> (Receiver, u64) {
    let receiver = Receiver::start(StatusCode::OK).await;
    let hook = world.forge.create_hook(REPOSITORY, NewHook::new(receiver.url(), "s")).await;
    all_sent(&world.forge).await;
    (receiver, hook.unwrap().id)
}

async fn close(world: &World, count: usize) {
    let new = NewPulls::numbered("bulk-", count);
    let pulls = world.forge.create_pulls(REPOSITORY, new).await.unwrap();
    let close = |number| PullChange::new(REPOSITORY, number, PullStep::Close);
    let changes = pulls.iter().map(|pull| close(pull.number)).collect();
    let changes = PullChanges { changes, per_second: None };
    let report = world.forge.change_pulls(changes).await.unwrap();
    assert_eq!(usize::try_from(report.done).unwrap(), count);
    all_sent(&world.forge).await;
}

fn numbers(received: &[Received]) -> Vec<u64> {
    let closed = received.iter().filter(|one| one.header("x-github-event") == "pull_request");
    closed.map(|one| one.body()["number"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn dropped_ones_are_in_the_log_and_can_be_asked_for() {
    let world = World::start().await;
    let (receiver, hook) = hooked(&world).await;
    let policy = DeliveryPolicy { drop_percent: 50, seed: 3, ..DeliveryPolicy::default() };
    world.forge.set_delivery_policy(None, policy).await;
    close(&world, 20).await;
    let record = world.forge.delivery_policy(None).await;
    assert_eq!(record.drawn, 20);
    assert!((4..17).contains(&record.dropped), "{record:?}");
    let arrived = numbers(&receiver.received());
    assert_eq!(arrived.len() as u64, 20 - record.dropped);
    let log = format!("/repos/{REPOSITORY}/hooks/{hook}/deliveries");
    let failed = world.rest().get(&format!("{log}?status=failure&per_page=100")).await;
    let failed = failed.as_array().unwrap();
    assert_eq!(failed.len() as u64, record.dropped);
    for one in failed {
        let path = format!("{log}/{}/attempts", one["id"]);
        world.rest().call(Method::POST, &path, None).await;
    }
    all_sent(&world.forge).await;
    let mut all = numbers(&receiver.received());
    all.sort_unstable();
    assert_eq!(all, (1..=20).collect::<Vec<u64>>());
    assert_eq!(world.forge.delivery_policy(None).await.drawn, 20);
}

#[tokio::test]
async fn doubled_ones_arrive_twice_under_one_guid_and_one_entry() {
    let world = World::start().await;
    let (receiver, _) = hooked(&world).await;
    let policy = DeliveryPolicy { double_percent: 100, ..DeliveryPolicy::default() };
    world.forge.set_delivery_policy(None, policy).await;
    close(&world, 5).await;
    let received = eventually("the second ones", || async {
        let received = receiver.received();
        (received.len() == 11).then_some(received)
    })
    .await;
    let mut guids: BTreeMap<String, usize> = BTreeMap::new();
    for one in received {
        *guids.entry(one.header("x-github-delivery").to_owned()).or_default() += 1;
    }
    assert_eq!(guids.values().filter(|count| **count == 2).count(), 5);
    assert_eq!(world.forge.delivery_counts().await.total, 6);
}

#[tokio::test]
async fn vanished_ones_leave_no_trace() {
    let world = World::start().await;
    let (receiver, hook) = hooked(&world).await;
    let policy = DeliveryPolicy { vanish_percent: 100, ..DeliveryPolicy::default() };
    world.forge.set_delivery_policy(Some(hook), policy).await;
    close(&world, 3).await;
    assert_eq!(receiver.received().len(), 1);
    let log = world.rest().get(&format!("/repos/{REPOSITORY}/hooks/{hook}/deliveries")).await;
    assert_eq!(log.as_array().unwrap().len(), 1);
    assert_eq!(world.forge.delivery_policy(Some(hook)).await.vanished, 3);
    assert_eq!(world.forge.delivery_policy(None).await.vanished, 0);
    world.forge.clear_delivery_policies().await;
    world.forge.reopen(REPOSITORY, 1).await.unwrap();
    receiver.wait_for(2).await;
}

#[tokio::test]
async fn delayed_and_reordered_ones_all_arrive_in_another_order() {
    let delayed = DeliveryPolicy {
        delay_percent: 50,
        delay_ms: (50, 200),
        concurrency: 8,
        seed: 1,
        ..DeliveryPolicy::default()
    };
    let reordered = DeliveryPolicy { reorder_window: 8, seed: 1, ..DeliveryPolicy::default() };
    for policy in [delayed, reordered] {
        let world = World::start().await;
        let (receiver, _) = hooked(&world).await;
        world.forge.set_delivery_policy(None, policy).await;
        close(&world, 24).await;
        let arrived = numbers(&receiver.received());
        let mut sorted = arrived.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (1..=24).collect::<Vec<u64>>());
        assert_ne!(arrived, sorted);
    }
}
