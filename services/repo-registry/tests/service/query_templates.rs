//! Creating and looking up query templates.

use std::collections::BTreeSet;

use pullwright_proto::{error::ErrorReason, registry as v1};
use tonic::Code;

use crate::harness::Registry;

#[tokio::test]
async fn the_declaration_comes_back_as_it_was_spelled() {
    let registry = Registry::start().await;
    let declared =
        "{ \"boost\":\t{\"type\": \"float\", \"min\": 1.50, \"max\": 1e2},\n \"mode\":\"string\" }";
    let created = registry.create_template("product search.yaml", declared).await.unwrap();
    assert_eq!((created.declared_params_json.as_str(), created.version), (declared, 1));
    let request = v1::GetQueryTemplateRequest { query_template_id: created.id.clone() };
    let found = registry.query_templates().get_query_template(request).await.unwrap().into_inner();
    assert_eq!(found.query_template, Some(created));
}

#[tokio::test]
async fn versions_are_counted_per_name_without_gaps_or_repeats_under_concurrency() {
    let registry = Registry::start().await;
    registry.create_template("other", "{}").await.unwrap();
    let creations = (0..24).map(|_| registry.create_template("product_search", "{}"));
    let mut versions = BTreeSet::new();
    for created in futures::future::join_all(creations).await {
        assert!(versions.insert(created.unwrap().version), "a version was given twice");
    }
    assert_eq!(versions, (1..=24).collect());
    assert_eq!(registry.create_template("other", "{}").await.unwrap().version, 2);
}

#[tokio::test]
async fn a_declaration_that_is_no_object_of_types_is_refused() {
    let registry = Registry::start().await;
    for declared in ["", "[]", "{\"a\": 1}", "{\"a\":\"int\",\"a\":\"int\"}"] {
        let refusal = registry.create_template("t", declared).await.unwrap_err();
        assert_eq!(
            (refusal.code, refusal.reason),
            (Code::InvalidArgument, ErrorReason::ValidationError)
        );
        assert_eq!(refusal.violations[0].field, "declared_params_json", "{declared}");
    }
    assert_eq!(
        registry.create_template("../t", "{}").await.unwrap_err().violations[0].field,
        "name"
    );
}

#[tokio::test]
async fn a_full_page_of_the_largest_templates_fits_a_message() {
    let registry = Registry::start().await;
    for _ in 0..4 {
        let request = v1::CreateQueryTemplateRequest {
            name: "t".into(),
            engine_type: "solr".into(),
            body: "b".repeat(128 * 1024),
            declared_params_json: format!("{{{}}}", " ".repeat(128 * 1024 - 2)),
            ..v1::CreateQueryTemplateRequest::default()
        };
        registry.query_templates().create_query_template(request).await.unwrap();
    }
    let page = registry
        .query_templates()
        .list_query_templates(v1::ListQueryTemplatesRequest::default())
        .await
        .unwrap();
    let versions: Vec<_> =
        page.into_inner().query_templates.iter().map(|template| template.version).collect();
    assert_eq!(versions, [4, 3, 2, 1]);
    let request = v1::CreateQueryTemplateRequest {
        name: "t".into(),
        engine_type: "solr".into(),
        body: "b".repeat(128 * 1024 + 1),
        declared_params_json: "{}".into(),
        ..v1::CreateQueryTemplateRequest::default()
    };
    let status = registry.query_templates().create_query_template(request).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn an_id_that_nothing_has_is_not_found() {
    let registry = Registry::start().await;
    let request = v1::GetQueryTemplateRequest { query_template_id: "x".into() };
    let refusal = pullwright_rpc::Refusal::from(
        registry.query_templates().get_query_template(request).await.unwrap_err(),
    );
    assert_eq!((refusal.code, refusal.reason), (Code::NotFound, ErrorReason::TemplateNotFound));
}
