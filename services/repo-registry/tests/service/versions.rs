//! Versions of query templates: each is a row of its own.

use std::collections::BTreeSet;

use futures::future::join_all;
use pullwright_proto::{error::ErrorReason, registry as v1};

use crate::harness::Registry;

/// `name version` of what the list shows.
async fn listed(registry: &Registry, filter: &str, order: &str) -> Vec<String> {
    let request = v1::ListQueryTemplatesRequest {
        filter: filter.into(),
        order_by: order.into(),
        ..v1::ListQueryTemplatesRequest::default()
    };
    let answer = registry.query_templates().list_query_templates(request).await.unwrap();
    let page = answer.into_inner();
    assert_eq!(i64::try_from(page.query_templates.len()).unwrap(), page.total_size);
    page.query_templates.iter().map(|t| format!("{} {}", t.name, t.version)).collect()
}

#[tokio::test]
async fn an_update_touches_its_version_and_no_other() {
    let registry = Registry::start().await;
    let first = registry.create_template("t", "{\"a\":\"int\"}").await.unwrap();
    let second = registry.create_template("t", "{\"a\":\"int\"}").await.unwrap();
    let given = v1::QueryTemplate {
        body: "new".into(),
        declared_params_json: "{ \"a\": \"float\" }".into(),
        ..first.clone()
    };
    let updated = registry.update_template("body,declared_params_json", given).await.unwrap();
    assert_eq!(
        (updated.version, updated.body.as_str(), updated.declared_params_json.as_str()),
        (1, "new", "{ \"a\": \"float\" }")
    );
    assert_eq!(updated.created_at, first.created_at);
    assert_eq!(registry.template(&second.id).await.unwrap(), second);
}

#[tokio::test]
async fn a_target_has_what_the_template_says_when_it_is_resolved() {
    let registry = Registry::start().await;
    let cluster = registry.create_cluster(crate::harness::cluster("a")).await.unwrap();
    let template = registry.create_template("t", "{\"a\":\"int\"}").await.unwrap();
    let before = registry.resolve(&cluster.id, &template.id).await.unwrap();
    let given =
        v1::QueryTemplate { declared_params_json: "{\"b\":\"int\"}".into(), ..template.clone() };
    registry.update_template("declared_params_json", given).await.unwrap();
    let after = registry.resolve(&cluster.id, &template.id).await.unwrap();
    assert_eq!(before.query_template, Some(template));
    assert_eq!(after.query_template.unwrap().declared_params_json, "{\"b\":\"int\"}");
}

#[tokio::test]
async fn a_change_is_held_against_the_forms_of_a_creation() {
    let registry = Registry::start().await;
    let template = registry.create_template("t", "{}").await.unwrap();
    let given = v1::QueryTemplate {
        body: "a\0b".into(),
        declared_params_json: "[]".into(),
        ..template.clone()
    };
    let refusal = registry.update_template("*", given).await.unwrap_err();
    let fields: Vec<_> = refusal.violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(
        (refusal.reason, fields),
        (ErrorReason::ValidationError, vec!["body", "declared_params_json"])
    );
    for path in ["name", "engine_type", "version"] {
        let refusal = registry.update_template(path, template.clone()).await.unwrap_err();
        assert_eq!(refusal.violations[0].field, "update_mask", "{path}");
    }
}

#[tokio::test]
async fn a_number_never_comes_to_mean_another_version() {
    let registry = Registry::start().await;
    registry.create_template("t", "{}").await.unwrap();
    let second = registry.create_template("t", "{}").await.unwrap();
    registry.delete_template(&second.id, "").await.unwrap();
    assert_eq!(registry.create_template("t", "{}").await.unwrap().version, 3);
    assert_eq!(listed(&registry, "", "").await, ["t 3", "t 1"]);
}

#[tokio::test]
async fn the_latest_is_the_newest_living_version_of_each_name() {
    let registry = Registry::start().await;
    let mut ids = Vec::new();
    for name in ["t", "u", "t", "t", "v"] {
        ids.push(registry.create_template(name, "{}").await.unwrap().id);
    }
    assert_eq!(listed(&registry, "latest = true", "name").await, ["t 3", "u 1", "v 1"]);
    assert_eq!(listed(&registry, "latest = \"no\"", "name").await, ["t 2", "t 1"]);
    assert_eq!(listed(&registry, "latest = true AND name = \"t\"", "").await, ["t 3"]);
    registry.delete_template(&ids[3], "").await.unwrap();
    registry.delete_template(&ids[1], "").await.unwrap();
    assert_eq!(listed(&registry, "latest = true", "name").await, ["t 2", "v 1"]);
    assert_eq!(listed(&registry, "latest = false", "name").await, ["t 1"]);
    assert_eq!(listed(&registry, "name = \"t\" AND version = 1", "").await, ["t 1"]);
    assert_eq!(listed(&registry, "engine_type = \"opensearch\"", "").await, [""; 0]);
}

#[tokio::test]
async fn within_a_name_the_newest_version_comes_first() {
    let registry = Registry::start().await;
    let names = ["b", "a", "b", "a", "b"];
    join_all(names.map(|name| registry.create_template(name, "{}"))).await;
    assert_eq!(listed(&registry, "", "name asc").await, ["a 2", "a 1", "b 3", "b 2", "b 1"]);
    assert_eq!(listed(&registry, "", "name desc").await, ["b 3", "b 2", "b 1", "a 2", "a 1"]);
}

#[tokio::test]
async fn versions_are_not_given_twice_while_others_are_deleted() {
    let registry = Registry::start().await;
    let mut versions = BTreeSet::new();
    for _ in 0..4 {
        let made = join_all((0..4).map(|_| registry.create_template("t", "{}"))).await;
        let made: Vec<_> = made.into_iter().map(Result::unwrap).collect();
        assert!(made.iter().all(|template| versions.insert(template.version)));
        join_all(made.iter().map(|template| registry.delete_template(&template.id, ""))).await;
    }
    assert_eq!(versions, (1..=16).collect());
}
