//! Who may call what: all calls of the table, by everybody.

use pullwright_ingress::{Call, Role, calls};
use reqwest::{Method, header};

use crate::{
    harness::{Answer, Ingress, send, token},
    messages::ID,
};

async fn try_it(ingress: &Ingress, call: &Call, authorization: Option<&str>) -> Answer {
    let mut request = ingress.request(call.method.clone(), &call.path.replace("{id}", ID));
    if let Some(value) = authorization {
        request = request.header(header::AUTHORIZATION, value);
    }
    if call.method != Method::GET {
        request = request.header(header::CONTENT_TYPE, "application/json").body("{}");
    }
    send(request).await
}

#[tokio::test]
async fn every_call_needs_a_token_and_the_role_that_the_table_names() {
    let ingress = Ingress::start().await;
    for call in calls() {
        for authorization in [
            None,
            Some("Bearer nobody's"),
            Some("Bearer "),
            Some("Bearer"),
            Some("Basic dXNlcjpwYXNz"),
        ] {
            let answer = try_it(&ingress, &call, authorization).await;
            assert_eq!(answer.code(), (401, "UNAUTHENTICATED"), "{call:?} {authorization:?}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
        for role in Role::ALL {
            let answer = try_it(&ingress, &call, Some(&format!("Bearer {}", token(role)))).await;
            if role < call.role {
                assert_eq!(answer.code(), (403, "PERMISSION_DENIED"), "{call:?} {role}");
                assert!(answer.message().contains(call.role.as_str()), "{}", answer.text);
            } else {
                assert!(![401, 403].contains(&answer.status), "{call:?} {role}: {}", answer.text);
            }
        }
    }
    assert_eq!(
        ingress.proposal.fake.contexts().len() + ingress.registry.fake.contexts().len(),
        allowed()
    );
}

/// How many of all calls by all roles reach a core, each once.
fn allowed() -> usize {
    calls().iter().map(|call| Role::ALL.iter().filter(|role| role.may(call.role)).count()).sum()
}

#[test]
fn viewers_look_and_operators_act() {
    let calls = calls();
    assert_eq!(calls.len(), 19);
    for call in calls {
        let least = if call.method == Method::GET { Role::Viewer } else { Role::Operator };
        assert_eq!(call.role, least, "{call:?}");
    }
}

#[tokio::test]
async fn the_person_and_the_request_id_go_along() {
    let ingress = Ingress::start().await;
    let request =
        ingress.request(Method::GET, "/api/v1/proposals").bearer_auth(token(Role::Viewer));
    let answer =
        send(request.header("x-request-id", "click-7").header("x-pullwright-actor", "root")).await;
    assert_eq!((answer.status, answer.header("x-request-id")), (200, "click-7"));
    let [context] = &ingress.proposal.fake.contexts()[..] else { panic!("one call") };
    assert_eq!((context.actor.as_str(), context.request_id.as_str()), ("viewer", "click-7"));
}

#[tokio::test]
async fn a_scheme_is_read_in_any_case_and_two_tokens_are_none() {
    let ingress = Ingress::start().await;
    let bearer = format!("bEARER {}", token(Role::Viewer));
    let request =
        ingress.request(Method::GET, "/api/v1/proposals").header(header::AUTHORIZATION, &bearer);
    assert_eq!(send(request.try_clone().unwrap()).await.status, 200);
    assert_eq!(send(request.header(header::AUTHORIZATION, &bearer)).await.status, 401);
}
