//! Who may call what: all calls of the table, by everybody.

use pullwright_ingress::{Call, Role, calls};
use reqwest::{Method, header};

use crate::{
    examples,
    harness::{Answer, Ingress, send, send_unheard_of, token},
};

async fn try_it(ingress: &Ingress, call: &Call, authorization: Option<&str>) -> Answer {
    let mut request = ingress.request(call.method.clone(), &examples::path(call));
    if let Some(value) = authorization {
        request = request.header(header::AUTHORIZATION, value);
    }
    if let Some(body) = examples::body(call) {
        request = request.header(header::CONTENT_TYPE, "application/json").body(body);
    }
    // The cores of this test answer with nothing, which they never do.
    send_unheard_of(request).await
}

/// The calls that stand behind a door, each with the role that opens it.
fn behind_doors(development: bool) -> Vec<(Call, Role)> {
    let with_role = |call: Call| call.role.map(|role| (call, role));
    calls(development).into_iter().filter_map(with_role).collect()
}

#[tokio::test]
async fn every_call_needs_a_token_and_the_role_that_the_table_names() {
    let ingress = Ingress::in_development().await;
    for (call, needed) in behind_doors(true) {
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
            if role < needed {
                assert_eq!(answer.code(), (403, "PERMISSION_DENIED"), "{call:?} {role}");
                assert!(answer.message().contains(needed.as_str()), "{}", answer.text);
            } else {
                assert!(![401, 403].contains(&answer.status), "{call:?} {role}: {}", answer.text);
            }
        }
    }
    let cores = [&ingress.proposal, &ingress.registry, &ingress.runner];
    let asked: usize = cores.iter().map(|core| core.fake.contexts().len()).sum();
    assert_eq!(asked, allowed());
}

/// How many of all calls by all roles reach a core, each once.
fn allowed() -> usize {
    let roles = |needed: Role| Role::ALL.iter().filter(move |role| role.may(needed)).count();
    let asks = |call: &Call| call.path != "/metrics";
    let asking = behind_doors(true).into_iter().filter(|(call, _)| asks(call));
    asking.map(|(_, needed)| roles(needed)).sum()
}

#[test]
fn viewers_look_operators_act_and_admins_take_away() {
    let calls = behind_doors(true);
    assert_eq!((calls.len(), behind_doors(false).len()), (47, 39));
    for (call, role) in calls {
        let least = match call.method {
            Method::GET => Role::Viewer,
            Method::DELETE => Role::Admin,
            _ if ["/break", "/replay", "/rotate-webhook-secret"]
                .iter()
                .any(|end| call.path.ends_with(end)) =>
            {
                Role::Admin
            }
            _ => Role::Operator,
        };
        assert_eq!(role, least, "{call:?}");
    }
}

#[tokio::test]
async fn what_is_open_asks_nobody_who_he_is() {
    let ingress = Ingress::start().await;
    let open: Vec<_> = calls(true).into_iter().filter(|call| call.role.is_none()).collect();
    let paths: Vec<_> = open.iter().map(|call| call.path).collect();
    assert_eq!(paths, ["/webhooks/github", "/healthz", "/readyz", "/openapi.json"]);
    for call in open.iter().filter(|call| call.method == Method::GET) {
        assert!(![401, 403].contains(&try_it(&ingress, call, None).await.status), "{call:?}");
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
