//! Filters: what is listed fits, what fits is listed, and the count is of the same.

use pullwright_harness::WireOptions;
use serde_json::{Value, json};

use super::Walk;
use crate::contract::{
    ask::Ask,
    setup::{id, text},
    world::{World, fresh},
};

const PROPOSALS: &str = "/api/v1/proposals";

/// Lists these rows and no others.
async fn lists(world: &World, path: &str, query: &str, expected: &[&str]) {
    let walk = Walk::through(world, path, "", query, 200).await;
    let (mut ids, mut expected) = (walk.ids(), expected.to_vec());
    ids.sort_unstable();
    expected.sort_unstable();
    assert_eq!(ids, expected, "{path}?{query}");
    assert_eq!(walk.total, expected.len(), "{path}?{query}");
}

/// §18.4 AC-9, AC-10, AC-11, AC-14; §15's rule about superseded ones.
#[tokio::test]
async fn proposals_are_found_by_state_source_and_where_they_belong() {
    let world = World::enter().await;
    let system = world.wired(WireOptions::new(&fresh("contract-filters"))).await;
    let (cluster, template) = (&system.wired.cluster_id, &system.wired.template_id);
    let diff = |to: f64| json!({"boost": {"from": 1.0, "to": to}});
    let (older, first) = system.opened(diff(2.5)).await;
    let forge = system.stack.forge().unwrap();
    forge.merge(&system.wired.repository, first.number).await.unwrap();
    system.until(&older, "pr_merged").await;
    let (merged, second) = system.opened(diff(3.5)).await;
    forge.merge(&system.wired.repository, second.number).await.unwrap();
    system.until(&merged, "pr_merged").await;
    let pending = world.proposal_of(cluster, template, diff(4.5)).await;
    let rejected = world.proposal_of(cluster, template, diff(5.5)).await;
    world.act("reject", &rejected).await;
    let superseded = world.proposal_of(cluster, template, diff(6.5)).await;
    world.act("supersede", &superseded).await;
    let with = json!({"cluster_id": cluster, "template_id": template});
    let made = world.study(with).await;
    let (study, studied) = (text(&made["study_id"]), text(&made["proposal_id"]));
    let elsewhere = world.cluster(json!({})).await;
    let unwired = world.proposal_of(&id(&elsewhere), template, diff(7.5)).await;

    let (older, merged, pending) = (older.as_str(), merged.as_str(), pending.as_str());
    let (rejected, superseded, studied) =
        (rejected.as_str(), superseded.as_str(), studied.as_str());
    let repo = &system.wired.config_repo_id;
    let live = [older, merged, pending, rejected, studied];
    for (query, expected) in [
        (String::new(), &live[..]),
        ("&include_superseded=false".to_owned(), &live),
        (
            "&include_superseded=ON".to_owned(),
            &[older, merged, pending, rejected, studied, superseded],
        ),
        ("&status=superseded".to_owned(), &[superseded]),
        ("&status=pending".to_owned(), &[pending, studied]),
        ("&status=pr_merged".to_owned(), &[older, merged]),
        ("&status=pr_opened".to_owned(), &[]),
        ("&status=rejected&source=manual".to_owned(), &[rejected]),
        ("&source=study".to_owned(), &[studied]),
        ("&source=manual".to_owned(), &[older, merged, pending, rejected]),
        (format!("&study_id={study}"), &[studied]),
        (format!("&config_repo_id={repo}"), &live),
        ("&is_last_merged=true".to_owned(), &[merged]),
        ("&is_last_merged=1".to_owned(), &[merged]),
        ("&is_last_merged=f".to_owned(), &[older, pending, rejected, studied]),
    ] {
        lists(&world, PROPOSALS, &format!("cluster_id={cluster}{query}"), expected).await;
    }
    let all = [older, merged, pending, rejected, studied, unwired.as_str()];
    lists(&world, PROPOSALS, &format!("template_id={template}"), &all).await;

    let page = Walk::through(&world, PROPOSALS, "", &format!("cluster_id={cluster}"), 200).await;
    for row in page.pages.iter().flatten() {
        assert_eq!(row["is_currently_live"], row["id"] == merged, "{row}");
        let shown = world.get("GET", "/api/v1/proposals/{id}", &Ask::of(id(row)), 200).await;
        for member in [
            "status",
            "pr_state",
            "pr_url",
            "is_currently_live",
            "cluster",
            "template",
            "created_at",
        ] {
            assert_eq!(shown[member], row[member], "{member}");
        }
    }
}

#[tokio::test]
async fn since_is_a_moment_and_that_moment_is_in_it() {
    let world = World::enter().await;
    let cluster = world.cluster(json!({})).await;
    let mut made: Vec<Value> = Vec::new();
    for _ in 0..3 {
        let diff = json!({"boost": {"to": 2.5}});
        let id = world.proposal_of(&id(&cluster), &world.base.template_id, diff).await;
        made.push(world.get("GET", "/api/v1/proposals/{id}", &Ask::of(id), 200).await);
    }
    let ids: Vec<_> = made.iter().map(id).collect();
    let filter = format!("cluster_id={}", id(&cluster));
    let at = |index: usize| text(&made[index]["created_at"]);
    lists(&world, PROPOSALS, &format!("{filter}&since={}", at(1)), &[&ids[1], &ids[2]]).await;
    // The same moment in another zone; `+` is a blank in a query.
    let moment: jiff::Timestamp = at(2).parse().unwrap();
    let there = moment.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    let there = there.strftime("%Y-%m-%dT%H:%M:%S.%f%:z").to_string().replace('+', "%2B");
    lists(&world, PROPOSALS, &format!("{filter}&since={there}"), &[&ids[2]]).await;
    lists(&world, PROPOSALS, &format!("{filter}&since=2999-01-01T00:00:00Z"), &[]).await;

    for list in ["config-repos", "clusters", "query-templates", "studies"] {
        let none = Walk::through(
            &world,
            &format!("/api/v1/{list}"),
            "",
            "since=2999-01-01T00:00:00Z",
            200,
        )
        .await;
        assert_eq!((none.total, none.ids().len()), (0, 0), "{list}");
    }
}

#[tokio::test]
async fn registered_things_are_found_by_every_filter() {
    let world = World::enter().await;
    let repo = world.config_repo().await;
    let (name, url) = (text(&repo["name"]), text(&repo["repo_url"]));
    let repo = id(&repo);
    lists(&world, "/api/v1/config-repos", &format!("name={name}"), &[&repo]).await;
    lists(&world, "/api/v1/config-repos", &format!("repo_url={url}"), &[&repo]).await;
    lists(&world, "/api/v1/config-repos", &format!("name={name}&repo_url={url}x"), &[]).await;

    let wiring = |engine: &str, environment: &str| json!({"config_repo_id": repo, "engine_type": engine, "environment": environment});
    let solr = world.cluster(wiring("solr", "prod")).await;
    let elastic = world.cluster(wiring("elasticsearch", "dev")).await;
    let (of_repo, first, second) = (format!("config_repo_id={repo}"), id(&solr), id(&elastic));
    for (query, expected) in [
        (of_repo.clone(), &[first.as_str(), second.as_str()][..]),
        (format!("{of_repo}&engine_type=solr"), &[&first]),
        (format!("{of_repo}&environment=dev"), &[&second]),
        (format!("{of_repo}&name={}", text(&solr["name"])), &[&first]),
        (format!("{of_repo}&name=NO%22%20OR%20%221"), &[]),
    ] {
        lists(&world, "/api/v1/clusters", &query, expected).await;
    }

    let old = world.template(json!({})).await;
    let (name, old) = (text(&old["name"]), id(&old));
    let new = id(&world.template(json!({"name": name})).await);
    for (query, expected) in [
        (String::new(), &[old.as_str(), new.as_str()][..]),
        ("&version=1".to_owned(), &[&old]),
        ("&latest=true".to_owned(), &[&new]),
        ("&latest=no".to_owned(), &[&old]),
        ("&engine_type=solr".to_owned(), &[]),
    ] {
        lists(&world, "/api/v1/query-templates", &format!("name={name}{query}"), expected).await;
    }
    world.get("DELETE", "/api/v1/query-templates/{id}", &Ask::of(&new), 204).await;
    lists(&world, "/api/v1/query-templates", &format!("name={name}&latest=true"), &[&old]).await;
}

#[tokio::test]
async fn studies_are_found_by_every_filter() {
    let world = World::enter().await;
    let template = id(&world.template(json!({})).await);
    let made = world.study(json!({"template_id": template})).await;
    let parent = text(&made["study_id"]);
    let name = fresh("contract \"study\"");
    let child = world
        .study(json!({"template_id": template, "name": name, "parent_study_id": parent}))
        .await;
    let child = text(&child["study_id"]);
    let cluster = &world.base.cluster_id;
    let encoded = name.replace(' ', "%20").replace('"', "%22");
    for (query, expected) in [
        (String::new(), &[parent.as_str(), child.as_str()][..]),
        (format!("&cluster_id={cluster}&status=completed"), &[&parent, &child]),
        ("&status=failed".to_owned(), &[]),
        (format!("&parent_study_id={parent}"), &[&child]),
        (format!("&name={encoded}"), &[&child]),
    ] {
        lists(&world, "/api/v1/studies", &format!("template_id={template}{query}"), expected).await;
    }
}

#[tokio::test]
async fn deliveries_are_found_by_what_came_of_them_and_whose_they_are() {
    let world = World::enter().await;
    let system = world.wired(WireOptions::new(&fresh("contract-kept"))).await;
    let (proposal, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let forge = system.stack.forge().unwrap();
    forge.merge(&system.wired.repository, pull.number).await.unwrap();
    system.until(&proposal, "pr_merged").await;
    let repository = format!("repository_id={}", system.wired.config_repo_id);
    let query = format!("{repository}&proposal_id={proposal}&outcome=applied");
    let kept = Walk::through(&world, "/api/v1/deliveries", "", &query, 200).await;
    let rows: Vec<_> = kept.pages.concat();
    let closed: Vec<_> = rows.iter().filter(|row| row["action"] == "closed").collect();
    let [closed] = closed[..] else { panic!("one delivery merged it: {rows:#?}") };
    let (id, guid) = (id(closed), text(&closed["delivery_id"]));
    for (query, expected) in [
        (format!("{repository}&delivery_id={guid}"), &[id.as_str()][..]),
        (format!("{repository}&delivery_id={guid}&event=pull_request"), &[&id]),
        (format!("{repository}&delivery_id={guid}&event=push"), &[]),
        (format!("{repository}&delivery_id={guid}&outcome=failed"), &[]),
        (format!("delivery_id={guid}&since={}", text(&closed["received_at"])), &[&id]),
        (format!("delivery_id={guid}&since=2999-01-01T00:00:00Z"), &[]),
    ] {
        lists(&world, "/api/v1/deliveries", &query, expected).await;
    }
}
