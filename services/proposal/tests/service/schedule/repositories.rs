//! What there is, copied from the registry, and shown with what went wrong last.

use futures::future::join_all;
use pullwright_pg::Queries as _;
use pullwright_proposal::schedule::Schedule;
use pullwright_proto::{
    delivery as v1,
    job::{JobKind, fill_delivery_gaps_spec::Hook},
};

use super::{READS, World};
use crate::{
    harness::{answer, fields},
    registry::Hook as Registered,
};

async fn list(
    world: &World,
    request: v1::ListWatchedRepositoriesRequest,
) -> v1::ListWatchedRepositoriesResponse {
    answer(world.ledger.deliveries().list_watched_repositories(request).await).unwrap()
}

#[tokio::test]
async fn what_the_registry_has_is_copied_and_listed_by_name() {
    let mut world = World::start().await;
    for name in ["wines", "albums"] {
        world.ledger.registry.repository(name);
    }
    world.step().await;
    let first =
        list(&world, v1::ListWatchedRepositoriesRequest { page_size: 2, ..Default::default() })
            .await;
    let names = |listed: &v1::ListWatchedRepositoriesResponse| -> Vec<_> {
        listed.repositories.iter().map(|one| one.full_name.clone()).collect()
    };
    assert_eq!(names(&first), ["acme/albums-config", "acme/products-config"]);
    assert_eq!((first.total_size, first.has_more), (3, true));
    assert_eq!(first.repositories[0].host, "https://github.com");
    let next = v1::ListWatchedRepositoriesRequest {
        page_size: 2,
        page_token: first.next_page_token,
        ..Default::default()
    };
    assert_eq!(names(&list(&world, next).await), ["acme/wines-config"]);
    let last = v1::ListWatchedRepositoriesRequest {
        order_by: "full_name desc".to_owned(),
        ..Default::default()
    };
    assert_eq!(names(&list(&world, last).await)[0], "acme/wines-config");
    let wrong = v1::ListWatchedRepositoriesRequest {
        filter: "full_name = acme".to_owned(),
        ..Default::default()
    };
    let refused = world.ledger.deliveries().list_watched_repositories(wrong).await;
    assert_eq!(fields(answer(refused)), ["filter"]);
}

/// §22.4: a renamed repository is looked at under its new name.
#[tokio::test]
async fn a_renamed_repository_is_looked_at_under_its_new_name() {
    let (mut world, id) = World::opened().await;
    world.ledger.registry.change_repository(&world.ledger.cluster, |repository| {
        repository.name = "renamed".to_owned();
    });
    let hook = Registered { secret_ref: "hook".to_owned(), github_id: 99 };
    world.ledger.registry.set_hook(&world.repository, hook);
    world.pass("5 minutes").await;
    let look = world.look(JobKind::ReconcilePullRequests).await;
    let Some(pullwright_proto::job::job::Spec::ReconcilePullRequests(spec)) = &look.job.spec else {
        panic!("{look:?}", look = look.job)
    };
    let place = spec.repository.as_ref().unwrap();
    assert_eq!((place.name.as_str(), place.github_id), ("renamed", 99));
    assert_eq!(look.watches()[0].proposal_id, id);
}

#[tokio::test]
async fn what_is_deleted_is_looked_at_no_more_until_it_comes_back() {
    let (mut world, _) = World::opened().await;
    world.ledger.registry.give_webhook(&world.repository);
    world.pass("5 minutes").await;
    world.step().await;
    let away = world.ledger.registry.take(&world.repository);
    world.step().await;
    assert!(world.lease_any(&READS).await.is_none(), "not even what was queued before");
    assert_eq!(list(&world, Default::default()).await.total_size, 0);
    world.ledger.registry.put(away);
    world.step().await;
    assert_eq!(list(&world, Default::default()).await.total_size, 1);
    let mut kinds = vec![];
    while let Some(look) = world.lease_any(&READS).await {
        kinds.push(look.job.kind());
    }
    kinds.sort_unstable();
    let all = [JobKind::ReconcilePullRequests, JobKind::RegisterWebhook, JobKind::SweepOrphans];
    assert_eq!(kinds, all);
}

#[tokio::test]
async fn a_registry_that_is_away_holds_up_nothing() {
    let (mut world, _) = World::opened().await;
    world.pass("5 minutes").await;
    world.ledger.registry.set_away(true);
    world.look(JobKind::ReconcilePullRequests).await;
    world.step().await;
    assert_eq!(list(&world, Default::default()).await.total_size, 1);
    world.ledger.registry.set_away(false);
    world.ledger.registry.repository("wines");
    world.step().await;
    assert_eq!(list(&world, Default::default()).await.total_size, 2);
}

/// An answer that is older than what another replica wrote meanwhile says nothing of it.
#[tokio::test]
async fn a_list_from_before_deletes_nothing_that_came_after_it() {
    let mut world = World::start().await;
    world.step().await;
    let ids: Vec<uuid::Uuid> = vec![];
    let mut db = world.ledger.db().await;
    let before: jiff::Timestamp =
        db.query_one("SELECT now() - interval '1 minute' AS at", &[]).await.unwrap().get("at");
    let tx = db.begin().await.unwrap();
    let deleted =
        pullwright_proposal::store::repositories::delete_others(&tx, &ids, before).await.unwrap();
    assert_eq!(deleted, 0);
}

#[tokio::test]
async fn replicas_share_the_work_and_repeat_none_of_it() {
    let world = World::start_with(|settings| {
        settings.schedule.sync_every = std::time::Duration::from_secs(600);
    })
    .await;
    for number in 1..=3 {
        world.ledger.registry.give_webhook(&world.repository);
        world.open(number).await;
    }
    world.ledger.registry.app("pullwright");
    let other = world.ledger.replica().await;
    let mut schedules: Vec<_> = [&world.ledger, &other, &world.ledger, &other]
        .map(|ledger| Schedule::new(ledger.app.clone()))
        .into_iter()
        .collect();
    for _ in 0..5 {
        join_all(schedules.iter_mut().map(Schedule::step)).await;
        world.pass("5 minutes").await;
    }
    assert_eq!(world.ledger.registry.lists(), 1, "one of them asked the registry");
    const JOBS: &str =
        "SELECT kind || attempt || wanted AS job FROM jobs WHERE generation = 0 ORDER BY kind";
    let jobs: Vec<String> = world
        .ledger
        .db()
        .await
        .query(JOBS, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get("job"))
        .collect();
    assert_eq!(
        jobs,
        [
            "fill_delivery_gaps01",
            "reconcile_pull_requests01",
            "register_webhook01",
            "sweep_orphans01"
        ]
    );
}

#[tokio::test]
async fn an_app_has_its_log_read() {
    let mut world = World::start().await;
    let app = world.ledger.registry.app("pullwright");
    let look = world.look(JobKind::FillDeliveryGaps).await;
    assert_eq!(look.lease.lane, format!("read:gaps:{app}"));
    let Some(Hook::App(told)) = &look.gaps().hook else { panic!("{:?}", look.gaps()) };
    assert_eq!((told.app_id.as_str(), told.host.as_str()), (&*app, "https://github.com"));
}

/// Where nothing was ever opened, nothing can be left behind.
#[tokio::test]
async fn a_repository_in_which_nothing_was_opened_is_not_looked_at() {
    let mut world = World::start().await;
    world.step().await;
    world.step().await;
    assert!(world.lease_any(&READS).await.is_none());
    assert_eq!(world.next_in("sweep_orphans", &world.repository).await, 60);
}
