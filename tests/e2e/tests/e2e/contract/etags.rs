//! `ETag` and `If-Match`: nothing is done to what has changed since it was read (AIP-154).

use pullwright_harness::rest::Answer;
use serde_json::{Value, json};

use super::{ask::Ask, setup::id, world::World};

fn etag(answer: &Answer) -> String {
    let header = answer.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(answer.body["etag"], header.as_str());
    assert!(header.starts_with('"') && header.ends_with('"'), "a strong tag: {header}");
    header
}

/// What can be updated, with two patches of it.
async fn subjects(world: &World) -> Vec<(&'static str, String, Value, Value)> {
    let (repo, cluster) = (world.config_repo().await, world.cluster(json!({})).await);
    let template = world.template(json!({})).await;
    vec![
        (
            "/api/v1/config-repos/{id}",
            id(&repo),
            json!({"default_branch": "a"}),
            json!({"default_branch": "b"}),
        ),
        (
            "/api/v1/clusters/{id}",
            id(&cluster),
            json!({"environment": "prod"}),
            json!({"environment": "staging"}),
        ),
        ("/api/v1/query-templates/{id}", id(&template), json!({"body": "a"}), json!({"body": "b"})),
    ]
}

#[tokio::test]
async fn an_etag_changes_with_every_update_and_an_old_one_changes_nothing() {
    let world = World::enter().await;
    for (path, id, one, other) in subjects(&world).await {
        let read = etag(&world.ask("GET", path, &Ask::of(&id)).await);
        let same = etag(&world.ask("GET", path, &Ask::of(&id)).await);
        assert_eq!(read, same, "{path}: reading changes nothing");

        let first =
            world.ask("PATCH", path, &Ask::of(&id).with(&one).header("if-match", &read)).await;
        assert_eq!(first.status, 200, "{path}: {}", first.text);
        assert_ne!(etag(&first), read, "{path}");

        let late =
            world.ask("PATCH", path, &Ask::of(&id).with(&other).header("if-match", &read)).await;
        assert_eq!((late.status, late.error_code()), (409, "ETAG_MISMATCH"), "{path}");
        let mut in_body = other.clone();
        in_body["etag"] = json!(read);
        let late = world.ask("PATCH", path, &Ask::of(&id).with(&in_body)).await;
        assert_eq!((late.status, late.error_code()), (409, "ETAG_MISMATCH"), "{path}");
        let now = world.ask("GET", path, &Ask::of(&id)).await;
        assert_eq!(
            (etag(&now), &now.body),
            (etag(&first), &first.body),
            "{path}: nothing was done"
        );

        let whatever =
            world.ask("PATCH", path, &Ask::of(&id).with(&other).header("if-match", "*")).await;
        assert_eq!(whatever.status, 200, "{path}: {}", whatever.text);
        let gone = world.ask("DELETE", path, &Ask::of(&id).header("if-match", etag(&first))).await;
        assert_eq!((gone.status, gone.error_code()), (409, "ETAG_MISMATCH"), "{path}");
        let gone =
            world.ask("DELETE", path, &Ask::of(&id).header("if-match", etag(&whatever))).await;
        assert_eq!(gone.status, 204, "{path}: {}", gone.text);
    }
}

#[tokio::test]
async fn of_many_who_read_the_same_etag_one_wins() {
    let world = World::enter().await;
    for (path, id, one, other) in subjects(&world).await {
        let read = etag(&world.ask("GET", path, &Ask::of(&id)).await);
        let patch = |index: usize| {
            let body = if index.is_multiple_of(2) { &one } else { &other };
            let ask = Ask::of(&id).with(body).header("if-match", &read);
            let world = &world;
            async move { world.ask("PATCH", path, &ask).await.status }
        };
        let mut statuses = futures::future::join_all((0..6).map(patch)).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409, 409, 409], "{path}");
    }
}
