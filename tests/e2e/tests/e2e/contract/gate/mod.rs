//! What every call has in common: its door, its query, its path, its body, and what is said when a core is away.
//!
//! Nothing here knows a resource: the calls are the document's.

mod away;
mod bodies;

use std::collections::BTreeSet;

use pullwright_harness::{Rest, rest::Answer};
use reqwest::Method;
use serde_json::json;

use super::{
    ask::{Ask, Who},
    catalogue,
    document::Document,
    world::{World, nobody},
};

/// Codes that the tests here show for every call that can answer them.
pub(super) const ALWAYS: &[&str] = &[
    "UNAUTHENTICATED",
    "PERMISSION_DENIED",
    "VALIDATION_ERROR",
    "PAYLOAD_TOO_LARGE",
    "SERVICE_UNAVAILABLE",
    "RESOURCE_NOT_FOUND",
    "HTTP_ERROR",
];

const WEBHOOK: &str = "/webhooks/github";

/// What the tests here show of a call.
pub(super) fn covers(document: &Document, method: &str, path: &str) -> BTreeSet<(u16, String)> {
    let role = document.role(method, path);
    let has_body = document.example(method, path).is_some();
    let mut shown = Vec::new();
    if !away::ALONE.contains(&path) {
        shown.push((503, "SERVICE_UNAVAILABLE"));
    }
    if role.is_some() {
        shown.extend([(401, "UNAUTHENTICATED"), (422, "VALIDATION_ERROR")]);
    }
    if role.is_some_and(|role| role != "viewer") {
        shown.push((403, "PERMISSION_DENIED"));
    }
    if has_body {
        shown.extend([(413, "PAYLOAD_TOO_LARGE"), (400, "HTTP_ERROR")]);
    }
    shown.into_iter().map(|(status, code)| (status, code.to_owned())).collect()
}

/// Holds an answer against the document and the catalogue.
fn judge(
    world: &World,
    method: &str,
    path: &str,
    answer: &Answer,
    status: u16,
    code: &str,
    says: &[&str],
) {
    let at = format!("{method} {path}: {} {}", answer.status, answer.text);
    let problems = world.document.judge(method, path, answer);
    assert!(problems.is_empty(), "{at}: {problems:#?}");
    assert_eq!((answer.status, answer.error_code()), (status, code), "{at}");
    assert_eq!(answer.body["detail"]["retryable"], catalogue::of(code).retryable, "{at}");
    for words in says {
        assert!(answer.text.contains(words), "{at}: does not say `{words}`");
    }
}

/// A request that is well formed as far as the ingress can see: about nobody, with the document's own example.
fn plain(world: &World, method: &str, path: &str) -> Ask {
    let ask = Ask::of(nobody());
    match world.document.example(method, path) {
        Some((media_type, example)) => ask.raw(&media_type, example.to_string()),
        None => ask,
    }
}

async fn refused(
    world: &World,
    method: &str,
    path: &str,
    ask: Ask,
    (status, code): (u16, &str),
    says: &[&str],
) {
    let answer = Rest::answer(ask.request(world, method, path)).await.unwrap();
    judge(world, method, path, &answer, status, code, says);
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_and_every_call_says_how() {
    let world = World::enter().await;
    for (method, path) in world.document.operations() {
        if world.document.role(&method, &path).is_none() {
            continue;
        }
        for who in [Who::Nobody, Who::Stranger] {
            let ask = plain(&world, &method, &path).by(who);
            refused(&world, &method, &path, ask, (401, "UNAUTHENTICATED"), &["Bearer"]).await;
        }
        let token = format!("Basic {}", world.stack.credentials.admin);
        let ask = plain(&world, &method, &path).by(Who::Nobody).header("authorization", token);
        refused(&world, &method, &path, ask, (401, "UNAUTHENTICATED"), &[]).await;
    }
}

#[tokio::test]
async fn a_role_is_refused_what_is_above_it_and_hears_both_roles() {
    let world = World::enter().await;
    for (method, path) in world.document.operations() {
        let role = world.document.role(&method, &path);
        let below: &[(Who, &str)] = match role {
            Some("operator") => &[(Who::Viewer, "viewer")],
            Some("admin") => &[(Who::Viewer, "viewer"), (Who::Operator, "operator")],
            _ => &[],
        };
        for (who, theirs) in below {
            let ask = plain(&world, &method, &path).by(*who);
            let says = [role.unwrap(), theirs];
            refused(&world, &method, &path, ask, (403, "PERMISSION_DENIED"), &says).await;
        }
    }
}

#[tokio::test]
async fn a_query_that_a_call_does_not_know_is_refused_by_name() {
    let world = World::enter().await;
    for (method, path) in world.document.operations() {
        if world.document.role(&method, &path).is_none() {
            continue;
        }
        for (query, name) in [("limti=1", "limti"), ("x=1&x=2", "x"), ("%00=", "\\\\0")] {
            let ask = plain(&world, &method, &path).asking(query);
            refused(&world, &method, &path, ask, (422, "VALIDATION_ERROR"), &[name]).await;
        }
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_one_that_nobody_has() {
    let world = World::enter().await;
    for (method, path) in world.document.operations() {
        if !path.contains('{') {
            continue;
        }
        let codes = world.document.refusals(&method, &path);
        let not_found: Vec<_> = codes.iter().filter(|(status, _)| *status == 404).collect();
        let simple = nobody().replace('-', "");
        for id in ["x", "00000000", "%00", "%ff", "..%2f..%2fetc", simple.as_str(), "{id}"] {
            let ask = Ask { id: id.to_owned(), ..plain(&world, &method, &path) };
            let answer = Rest::answer(ask.request(&world, &method, &path)).await.unwrap();
            let code = answer.error_code().to_owned();
            assert!(
                not_found.iter().any(|(_, known)| *known == code),
                "{method} {path} {id}: {}",
                answer.text
            );
            judge(&world, &method, &path, &answer, 404, &code, &["UUID"]);
        }
    }
}

#[tokio::test]
async fn a_method_that_a_route_does_not_take_is_refused_with_those_that_it_takes() {
    let world = World::enter().await;
    let operations = world.document.operations();
    let paths: BTreeSet<_> = operations.iter().map(|(_, path)| path.clone()).collect();
    for path in paths {
        let known: BTreeSet<_> = operations
            .iter()
            .filter(|(_, other)| *other == path)
            .map(|(method, _)| method.as_str())
            .collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
            if known.contains(method) {
                continue;
            }
            let at = path.replace("{id}", &nobody()).replace("{repository_id}", &nobody());
            let request = world.rest.request(method.parse::<Method>().unwrap(), &at);
            let request = request.bearer_auth(&world.stack.credentials.admin);
            let answer = Rest::answer(request).await.unwrap();
            assert_eq!(
                (answer.status, answer.error_code()),
                (405, "HTTP_ERROR"),
                "{method} {path}: {}",
                answer.text
            );
            assert_eq!(answer.body["detail"]["retryable"], false);
            assert!(answer.headers.contains_key("x-request-id"));
            let allow = answer.headers["allow"].to_str().unwrap().split(',').map(str::trim);
            let allow: BTreeSet<_> = allow.filter(|method| *method != "HEAD").collect();
            assert_eq!(allow, known, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn headers_that_mean_something_must_have_their_form() {
    let world = World::enter().await;
    for (method, path) in world.document.operations() {
        let invalid = (422, "VALIDATION_ERROR");
        if world.document.takes_header(&method, &path, "Idempotency-Key") {
            for key in ["".to_owned(), "x".repeat(256)] {
                let ask = plain(&world, &method, &path).key(&key);
                refused(&world, &method, &path, ask, invalid, &["Idempotency-Key", "255"]).await;
            }
            let ask = plain(&world, &method, &path).key("a").key("b");
            refused(&world, &method, &path, ask, invalid, &["Idempotency-Key"]).await;
        }
        if world.document.takes_header(&method, &path, "If-Match") {
            for etag in ["3", "W/\"3\"", "\"1\", \"2\"", ""] {
                let ask = plain(&world, &method, &path).header("if-match", etag);
                refused(&world, &method, &path, ask, invalid, &["If-Match"]).await;
            }
        }
    }
}

#[tokio::test]
async fn a_route_that_there_is_not_is_told_in_the_same_envelope() {
    let world = World::enter().await;
    for path in [
        "/",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v1/proposals/",
        "/api/v2/proposals",
        "/api/v1/_test/demo/reseed",
        "//api/v1/proposals",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let request =
                world.rest.request(method, path).bearer_auth(&world.stack.credentials.admin);
            let answer = Rest::answer(request).await.unwrap();
            let detail = json!({"error_code": "RESOURCE_NOT_FOUND", "message": "Not found", "retryable": false});
            assert_eq!((answer.status, &answer.body["detail"]), (404, &detail), "{path}");
            assert!(answer.headers.contains_key("x-request-id"));
        }
    }
}
