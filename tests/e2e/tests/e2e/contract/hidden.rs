//! The development surface elsewhere: not to be told from routes that nobody ever wrote (§16, §18.7 AC-3).

use futures::future::join_all;
use pullwright_harness::{Process, Rest, Service, rest::Answer};
use pullwright_testkit::{ports, wait};
use serde_json::json;

use super::{ask::Ask, document::Document, world::World};
use crate::system::PATIENCE;

/// Another ingress beside the stack's, in this environment; its client.
async fn ingress(world: &World, environment: &str) -> (Process, Rest) {
    let listen = format!("127.0.0.1:{}", ports::free());
    let changed = [("INGRESS_LISTEN", listen.as_str()), ("ENVIRONMENT", environment)];
    let process = world.stack.launch_beside(Service::Ingress, &changed).unwrap();
    let token = &world.stack.credentials.admin;
    let rest = Rest::new(&format!("http://{listen}"), Some(token)).unwrap();
    let answers = || async { rest.get("/readyz").await.is_ok_and(|answer| answer.status == 200) };
    wait::until("the ingress is ready", PATIENCE, answers).await.unwrap();
    (process, rest)
}

#[tokio::test]
async fn only_a_development_environment_has_calls_for_tests() {
    let world = World::enter().await;
    let calls = world.document.operations().into_iter();
    let calls: Vec<_> = calls.filter(|(_, path)| path.contains("/_test/")).collect();
    // §18.7 AC-11: the document lists all six deletions, and both seeds.
    assert_eq!(calls.len(), 8, "{calls:?}");
    let elsewhere = ["production", "staging", "ci", "qa", "", "Development"];
    join_all(elsewhere.map(|environment| has_none(&world, environment, &calls))).await;
}

/// In this environment there is none of these calls, and nothing tells so.
async fn has_none(world: &World, environment: &str, calls: &[(String, String)]) {
    let (process, rest) = ingress(world, environment).await;
    let document = Document::fetch(&rest).await;
    let told = document.operations();
    assert!(!told.iter().any(|(_, path)| path.contains("_test")), "{environment:?}");
    assert_eq!(told.len() + calls.len(), world.document.operations().len());

    let never = rest.get("/api/v1/never-written").await.unwrap();
    let detail =
        json!({"error_code": "RESOURCE_NOT_FOUND", "message": "Not found", "retryable": false});
    assert_eq!((never.status, &never.body["detail"]), (404, &detail));
    let beside = World { rest: rest.clone(), ..World::enter().await };
    for (method, path) in calls {
        for method in [method.as_str(), "GET", "OPTIONS"] {
            let ask = Ask::of(&world.base.template_id).with(&json!({}));
            let answer = Rest::answer(ask.request(&beside, method, path)).await.unwrap();
            let at = format!("{environment:?} {method} {path}");
            assert_eq!((answer.status, &answer.text), (404, &never.text), "{at}");
            assert_eq!(names(&answer), names(&never), "{at}");
        }
    }
    // It waits for the process to end.
    tokio::task::spawn_blocking(move || drop(process)).await.unwrap();
}

/// The names of an answer's headers.
fn names(answer: &Answer) -> Vec<String> {
    answer.headers.keys().map(ToString::to_string).collect()
}
