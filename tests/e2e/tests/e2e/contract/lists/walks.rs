//! Walks: ties, nulls, pages of every size, and orders that change on the way.

use futures::{StreamExt as _, stream};
use serde_json::{Value, json};
use tokio_postgres::NoTls;

use super::Walk;
use crate::contract::{ask::Ask, setup::id, world::World};

const PROPOSALS: &str = "/api/v1/proposals";

/// A cluster of its own with so many proposals.
async fn proposals(world: &World, count: usize) -> String {
    let cluster = id(&world.cluster(json!({})).await);
    let create =
        |_| world.proposal_of(&cluster, &world.base.template_id, json!({"boost": {"to": 2.5}}));
    let created = stream::iter(0..count).map(create).buffer_unordered(8);
    assert_eq!(created.count().await, count);
    cluster
}

/// Runs a statement on the ledger's database: ties to the microsecond cannot be had otherwise.
async fn in_ledger(world: &World, statement: &str) {
    let url = world.stack.postgres.url("pullwright_proposal");
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(statement).await.unwrap();
}

/// §22.5: a page of 200 says that there is a 201st row.
#[tokio::test]
async fn a_page_of_200_of_201_rows_is_not_the_last_one() {
    let world = World::enter().await;
    let cluster = proposals(&world, 201).await;
    let filter = format!("cluster_id={cluster}");
    for (limit, sizes) in
        [(200, vec![200, 1]), (199, vec![199, 2]), (67, vec![67; 3]), (100, vec![100, 100, 1])]
    {
        let walk = Walk::through(&world, PROPOSALS, "", &filter, limit).await;
        assert_eq!(walk.pages.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
        assert_eq!(walk.total, 201);
        let mut ids = walk.ids();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 201, "every row once");
    }
}

#[tokio::test]
async fn ties_and_nulls_are_walked_through_in_every_order_and_by_pages_of_every_size() {
    let world = World::enter().await;
    let cluster = proposals(&world, 9).await;
    let filter = format!("cluster_id={cluster}&include_superseded=true");
    let ids = Walk::through(&world, PROPOSALS, "", &filter, 200).await.ids();
    // Three moments with three rows each; three statuses; a pull request's state for some of them only.
    for (at, id) in ids.iter().enumerate() {
        let statement = format!(
            "UPDATE proposals SET created_at = '2026-01-01T00:00:00Z'::timestamptz + interval '1 microsecond' * {} WHERE id = '{id}'",
            at % 3
        );
        in_ledger(&world, &statement).await;
        match at % 4 {
            1 => drop(world.act("reject", id).await),
            2 => drop(world.act("supersede", id).await),
            _ => {}
        }
    }
    for key in ["created_at", "status", "pr_state"] {
        for direction in ["asc", "desc"] {
            let query = format!("{filter}&sort={key}:{direction}");
            let whole = Walk::through(&world, PROPOSALS, "", &query, 200).await;
            assert_ordered(&whole.pages[0], key, direction == "asc");
            for limit in 1..=10 {
                let walk = Walk::through(&world, PROPOSALS, "", &query, limit).await;
                assert_eq!(walk.ids(), whole.ids(), "{query} by {limit}");
                assert_eq!(walk.total, 9);
            }
        }
    }
}

/// Rows are in the order of a key, nulls first when ascending, and ties by id, descending.
fn assert_ordered(rows: &[Value], key: &str, ascending: bool) {
    for pair in rows.windows(2) {
        let of = |row: &Value| {
            let value = row[key].as_str().map(|text| match text.parse::<jiff::Timestamp>() {
                Ok(moment) => moment.as_nanosecond().to_string(),
                Err(_) => text.to_owned(),
            });
            (value, id(row))
        };
        let ((first, first_id), (second, second_id)) = (of(&pair[0]), of(&pair[1]));
        let holds =
            if first == second { first_id > second_id } else { (first < second) == ascending };
        assert!(holds, "{key}: {first:?} {first_id} stands before {second:?} {second_id}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused_and_never_read_as_this_one() {
    let world = World::enter().await;
    let cluster = proposals(&world, 3).await;
    let ask = |query: &str| Ask::query(format!("cluster_id={cluster}&limit=1&{query}"));
    let page = world.get("GET", PROPOSALS, &ask("sort=created_at:desc"), 200).await;
    let cursor = page["next_cursor"].as_str().unwrap();
    for sort in ["status:asc", "pr_state:desc"] {
        let answer =
            world.ask("GET", PROPOSALS, &ask(&format!("sort={sort}&cursor={cursor}"))).await;
        assert_eq!(answer.status, 422, "{sort}: {}", answer.text);
        assert!(answer.text.contains("invalid cursor: "), "{}", answer.text);
    }
    for sort in ["created_at:desc", "created_at:asc"] {
        let answer =
            world.ask("GET", PROPOSALS, &ask(&format!("sort={sort}&cursor={cursor}"))).await;
        assert_eq!(answer.status, 200, "{sort}: a value of the same kind, {}", answer.text);
    }
}

#[tokio::test]
async fn rows_that_come_on_the_way_shift_nothing() {
    let world = World::enter().await;
    let cluster = proposals(&world, 4).await;
    let ask = |query: &str| Ask::query(format!("cluster_id={cluster}&limit=2{query}"));
    let first = world.get("GET", PROPOSALS, &ask(""), 200).await;
    world.proposal_of(&cluster, &world.base.template_id, json!({"boost": {"to": 2.5}})).await;
    let cursor = format!("&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = world.get("GET", PROPOSALS, &ask(&cursor), 200).await;
    let (first, second) = (first["data"].as_array().unwrap(), second["data"].as_array().unwrap());
    assert_eq!((second.len(), first.iter().any(|row| second.contains(row))), (2, false));
}

#[tokio::test]
async fn every_list_is_walked_through_without_a_gap() {
    let world = World::enter().await;
    for _ in 0..5 {
        world.config_repo().await;
        world.study(json!({})).await;
        world.delivered().await;
    }
    let lists = ["config-repos", "clusters", "query-templates", "studies", "proposals"];
    let lists = lists.into_iter().map(|list| (list, "created_at"));
    for (list, key) in lists.chain([("deliveries", "received_at")]) {
        let path = format!("/api/v1/{list}");
        // The oldest first: what other tests make meanwhile comes at the end.
        let query = &format!("sort={key}:asc");
        let whole = async || {
            let ask = Ask::query(format!("{query}&limit=200"));
            let page = world.get("GET", &path, &ask, 200).await;
            page["data"].as_array().unwrap().iter().map(id).collect::<Vec<_>>()
        };
        let before = whole().await;
        let walk = Walk::through(&world, &path, "", query, 3).await;
        let after = whole().await;
        // Others make rows and take them away meanwhile; what was there all the time is met once, in its order.
        let known: Vec<_> = before.into_iter().filter(|id| after.contains(id)).collect();
        let mut met = walk.ids();
        met.retain(|id| known.contains(id));
        assert_eq!(met, known, "{path}");
        assert!(known.len() >= 5, "{path}: only {} rows", known.len());
        assert!(walk.total >= known.len(), "{path}");
    }
}

#[tokio::test]
async fn events_are_walked_through_in_the_order_in_which_they_happened() {
    let world = World::enter().await;
    let proposal = world.proposal().await;
    for call in ["supersede", "reinstate", "supersede", "reinstate", "reject"] {
        world.act(call, &proposal).await;
    }
    let path = "/api/v1/proposals/{id}/events";
    let whole = Walk::through(&world, path, &proposal, "", 200).await;
    assert_eq!((whole.total, whole.pages[0].len()), (6, 6));
    for limit in 1..=7 {
        assert_eq!(Walk::through(&world, path, &proposal, "", limit).await.ids(), whole.ids());
        let newest = Walk::through(&world, path, &proposal, "sort=created_at:desc", limit).await;
        assert_eq!(newest.ids(), whole.ids().into_iter().rev().collect::<Vec<_>>());
    }
}
