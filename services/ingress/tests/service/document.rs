//! The document against the router, path by path and method by method.

use std::collections::{BTreeMap, BTreeSet};

use pullwright_ingress::{Call, calls, document};
use reqwest::{Method, header};
use serde_json::Value;

use crate::{
    contract::{self, DOCUMENT},
    examples,
    harness::{Ingress, send, send_unheard_of, token},
};

fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| {
        let methods: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
        methods
            .into_iter()
            .map(|method| (path.clone(), method.to_ascii_uppercase()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn the_document_has_every_call_and_no_other() {
    for development in [false, true] {
        let table: BTreeSet<_> = calls(development)
            .iter()
            .map(|call| (call.path.to_owned(), call.method.to_string()))
            .collect();
        assert_eq!(operations(&document(development)), table);
    }
}

/// §18.7 AC-11.
#[test]
fn the_six_deletions_of_tests_are_documented_in_development_and_nowhere_else() {
    let of_tests = |development| {
        let all = operations(&document(development));
        all.into_iter().filter(|(path, _)| path.contains("/_test/")).collect::<Vec<_>>()
    };
    let deletions: Vec<_> =
        of_tests(true).into_iter().filter(|(_, method)| method == "DELETE").collect();
    let paths: Vec<_> = deletions.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/api/v1/_test/digests/{id}",
            "/api/v1/_test/judgment-lists/{id}",
            "/api/v1/_test/proposals/{id}",
            "/api/v1/_test/query-sets/{id}",
            "/api/v1/_test/query-templates/{id}",
            "/api/v1/_test/studies/{id}",
        ]
    );
    assert!(of_tests(false).is_empty());
    assert!(!document(false).to_string().contains("_test"), "not even by a name");
}

#[tokio::test]
async fn the_router_takes_exactly_the_documented_methods() {
    let ingress = Ingress::in_development().await;
    let mut methods: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let calls = calls(true);
    for call in &calls {
        methods.entry(call.path).or_default().insert(call.method.to_string());
    }
    let all = [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
    ];
    for call in &calls {
        let documented = &methods[call.path];
        for method in &all {
            let answer =
                send_unheard_of(ingress.request(method.clone(), &examples::path(call))).await;
            if documented.contains(method.as_str()) {
                let told = answer.code();
                assert!(
                    ![(404, "RESOURCE_NOT_FOUND"), (405, "HTTP_ERROR")].contains(&told),
                    "{method} {}",
                    call.path
                );
                continue;
            }
            assert_eq!(answer.code(), (405, "HTTP_ERROR"), "{method} {}", call.path);
            let allowed: BTreeSet<_> =
                answer.header("allow").split(',').map(|one| one.trim().to_owned()).collect();
            let head = documented.contains("GET").then(|| "HEAD".to_owned());
            assert_eq!(allowed, documented.iter().cloned().chain(head).collect(), "{}", call.path);
        }
    }
}

#[test]
fn names_are_unique_and_nothing_points_into_the_void() {
    let mut names = BTreeSet::new();
    for call in calls(true) {
        let operation = examples::operation(&call);
        assert!(!call.id.is_empty() && names.insert(call.id), "{call:?}");
        assert_eq!(operation["operationId"], call.id);
        assert!(operation["summary"].as_str().is_some_and(|text| text.ends_with('.')), "{call:?}");
        assert_eq!(operation["security"].is_array(), call.role.is_none(), "{call:?}");
    }
    let twice: Vec<_> = DOCUMENT["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .filter(|name| name.ends_with("__twice"))
        .collect();
    assert!(twice.is_empty(), "two shapes of one name: {twice:?}");
    let mut pointers = Vec::new();
    collect(&DOCUMENT, &mut pointers);
    for pointer in pointers {
        assert!(DOCUMENT.pointer(pointer.trim_start_matches('#')).is_some(), "{pointer}");
    }
}

fn collect(value: &Value, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            pointers.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|one| collect(one, pointers));
        }
        Value::Array(items) => items.iter().for_each(|one| collect(one, pointers)),
        _ => {}
    }
}

#[tokio::test]
async fn it_is_served_to_everybody_as_openapi_3_1() {
    let ingress = Ingress::start().await;
    let answer = send(ingress.request(Method::GET, "/openapi.json")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.body, document(false));
    assert_eq!(answer.body["openapi"], "3.1.0");
}

#[tokio::test]
async fn each_example_is_valid_and_reaches_a_core() {
    let ingress = Ingress::in_development().await;
    let with_body = |call: &Call| !examples::schema(call).is_null() && call.role.is_some();
    for call in calls(true).iter().filter(|call| with_body(call)) {
        let Some(body) = examples::body(call) else { panic!("{call:?} has no example") };
        let schema = contract::compile(examples::schema(call));
        let value = serde_json::from_str(&body).unwrap();
        assert!(schema.is_valid(&value), "{call:?}: {body}");
        let role = token(call.role.unwrap());
        let request = ingress.request(call.method.clone(), &examples::path(call)).bearer_auth(role);
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body.clone());
        let before = asked(&ingress);
        let answer = send_unheard_of(request).await;
        assert!(answer.status != 422 && asked(&ingress) == before + 1, "{call:?}: {}", answer.text);
    }
}

fn asked(ingress: &Ingress) -> usize {
    let cores = [&ingress.proposal, &ingress.registry, &ingress.runner];
    cores.iter().map(|core| core.fake.contexts().len()).sum()
}

#[tokio::test]
async fn a_body_that_the_schema_refuses_is_refused() {
    let ingress = Ingress::start().await;
    for (method, path, body) in [
        (Method::PATCH, "/api/v1/clusters/{id}", "{}"),
        (Method::PATCH, "/api/v1/clusters/{id}", r#"{"etag": "\"1\""}"#),
        (Method::PATCH, "/api/v1/clusters/{id}", r#"{"name": null}"#),
        (Method::PATCH, "/api/v1/clusters/{id}", r#"{"engine_type": "solr"}"#),
        (Method::PATCH, "/api/v1/config-repos/{id}", r#"{"repo_url": "https://github.com/a/b"}"#),
        (Method::PATCH, "/api/v1/query-templates/{id}", r#"{"declared_params": null}"#),
        (Method::POST, "/api/v1/proposals", r#"{"config_diff": []}"#),
        (Method::POST, "/api/v1/proposals/{id}/reject", r#"{"reason": 7}"#),
        (Method::POST, "/api/v1/proposals/{id}/open_pr", r#"{"expected_base_oid": []}"#),
    ] {
        let call = calls(false)
            .into_iter()
            .find(|call| call.path == path && call.method == method)
            .unwrap();
        let schema = contract::compile(examples::schema(&call));
        assert!(!schema.is_valid(&serde_json::from_str(body).unwrap()), "{path} {body}");
        let request = ingress.operator(method, &examples::path(&call));
        let answer =
            send(request.header(header::CONTENT_TYPE, "application/json").body(body)).await;
        assert_eq!(answer.code(), (422, "VALIDATION_ERROR"), "{path} {body}");
    }
    assert_eq!(asked(&ingress), 0);
}
