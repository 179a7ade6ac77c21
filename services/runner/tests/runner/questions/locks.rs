//! Locks, page by page.

use std::time::Duration;

use jiff::Timestamp;
use pullwright_proto::runner::{ListLocksRequest, ListLocksResponse};
use tonic::Code;
use uuid::Uuid;

use super::harness::{World, refused};

const LEASE: Duration = Duration::from_secs(300);

async fn list(world: &World, request: ListLocksRequest) -> ListLocksResponse {
    world.operator().list_locks(request).await.unwrap().into_inner()
}

fn ids(response: &ListLocksResponse) -> Vec<Uuid> {
    response.locks.iter().map(|lock| lock.repository_id.parse().unwrap()).collect()
}

/// Locks by two holders, taken one second after the other; returns their repositories in that order.
async fn seven(world: &World) -> Vec<Uuid> {
    let (ours, theirs) = (world.locks(), world.locks());
    let mut repositories = Vec::new();
    for second in 0..7 {
        let repository = Uuid::new_v4();
        let locks = if second % 2 == 0 { &ours } else { &theirs };
        // Two of the same second, and one second before them all at the end.
        let at = [10, 11, 11, 12, 13, 14, 9][usize::try_from(second).unwrap()];
        let at = Timestamp::from_second(at).unwrap();
        locks.acquire(repository, 1, at, LEASE).await.unwrap();
        repositories.push(repository);
    }
    repositories
}

#[tokio::test]
async fn pages_show_every_lock_once_in_every_order() {
    let world = World::start().await;
    let mut repositories = seven(&world).await;
    repositories.sort_unstable();
    for order in ["", "repository_id", "repository_id desc", "acquired_at", "acquired_at desc"] {
        for page_size in [1, 2, 3, 7, 1000] {
            let (mut seen, mut page_token) = (Vec::new(), String::new());
            loop {
                let request = ListLocksRequest {
                    page_size,
                    page_token,
                    order_by: order.to_owned(),
                    ..Default::default()
                };
                let page = list(&world, request).await;
                assert_eq!(page.total_size, 7);
                seen.extend(ids(&page));
                assert_eq!(page.has_more, !page.next_page_token.is_empty());
                if !page.has_more {
                    break;
                }
                page_token = page.next_page_token;
            }
            if order.is_empty() {
                assert_eq!(seen, repositories, "by repository_id when nothing is said");
            }
            seen.sort_unstable();
            assert_eq!(seen, repositories, "{order} {page_size}");
        }
    }
}

#[tokio::test]
async fn the_longest_held_come_first_when_asked_for() {
    let world = World::start().await;
    let repositories = seven(&world).await;
    let request = ListLocksRequest { order_by: "acquired_at asc".to_owned(), ..Default::default() };
    let seen = ids(&list(&world, request).await);
    assert_eq!((seen[0], seen[1]), (repositories[6], repositories[0]));
    assert_eq!(seen[6], repositories[5]);
}

#[tokio::test]
async fn locks_are_found_by_repository_and_holder() {
    let world = World::start().await;
    let repositories = seven(&world).await;
    let filtered = async |filter: String| {
        ids(&list(&world, ListLocksRequest { filter, ..Default::default() }).await)
    };
    let one = repositories[3];
    assert_eq!(filtered(format!("repository_id = \"{one}\"")).await, [one]);
    assert_eq!(filtered("holder = \"another\"".to_owned()).await.len(), 7);
    assert!(filtered("holder = nobody".to_owned()).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_named() {
    let world = World::start().await;
    let request = |filter: &str, order_by: &str, page_token: &str, page_size| ListLocksRequest {
        page_size,
        page_token: page_token.to_owned(),
        filter: filter.to_owned(),
        order_by: order_by.to_owned(),
    };
    for (request, field) in [
        (request("epoch = 1", "", "", 0), "filter"),
        (request("repository_id = 1", "", "", 0), "filter.repository_id"),
        (request("", "holder", "", 0), "order_by"),
        (request("", "", "rubbish", 0), "page_token"),
        (request("", "", "", 1001), "page_size"),
    ] {
        let refusal = refused(world.operator().list_locks(request).await);
        assert_eq!(refusal.code, Code::InvalidArgument);
        assert_eq!(refusal.violations[0].field, field, "{refusal:?}");
    }
}
