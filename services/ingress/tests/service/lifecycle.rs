//! Readiness, and the end.

use std::{sync::atomic::Ordering, time::Duration};

use pullwright_testkit::wait;
use reqwest::Method;

use crate::{
    harness::{Ingress, send},
    messages::ID,
};

const PATIENCE: Duration = Duration::from_secs(30);

async fn ready(ingress: &Ingress) -> (u16, String) {
    let answer = send(ingress.request(Method::GET, "/readyz")).await;
    (answer.status, answer.message().to_owned())
}

async fn until(ingress: &Ingress, status: u16) -> String {
    let look = || async {
        let (now, message) = ready(ingress).await;
        (now == status).then_some(message)
    };
    wait::until(&format!("/readyz is {status}"), PATIENCE, look).await.unwrap()
}

#[tokio::test]
async fn ready_means_that_ledger_and_registry_serve() {
    let mut ingress = Ingress::start().await;
    until(&ingress, 200).await;
    for (core, name) in [(&ingress.proposal, "proposal"), (&ingress.registry, "repo-registry")] {
        core.ready.store(false, Ordering::Relaxed);
        assert_eq!(until(&ingress, 503).await, format!("{name} is not serving"));
        core.ready.store(true, Ordering::Relaxed);
        until(&ingress, 200).await;
    }
    ingress.registry.end().await;
    assert_eq!(
        until(&ingress, 503).await,
        "repo-registry cannot be asked (The service is currently unavailable)"
    );
    assert_eq!(
        send(ingress.request(Method::GET, "/healthz")).await.status,
        200,
        "alive all the same"
    );
}

#[tokio::test]
async fn a_runner_that_is_away_is_told_and_holds_nobody_up() {
    let mut ingress = Ingress::start().await;
    let says = async |what: &str| {
        let look = || async {
            let answer = send(ingress.request(Method::GET, "/readyz")).await;
            (answer.status == 200 && answer.body["runner"] == what).then_some(())
        };
        wait::until(&format!("the runner {what}"), PATIENCE, look).await.unwrap();
    };
    says("ready").await;
    ingress.runner.ready.store(false, Ordering::Relaxed);
    says("is not serving").await;
    ingress.runner.end().await;
    let look = || async {
        let answer = send(ingress.request(Method::GET, "/readyz")).await;
        let told = answer.body["runner"].as_str().unwrap_or_default().to_owned();
        (answer.status == 200 && told.starts_with("cannot be asked")).then_some(())
    };
    wait::until("the runner is away", PATIENCE, look).await.unwrap();
    for (method, path) in [
        (Method::POST, format!("/api/v1/proposals/{ID}/preview")),
        (Method::POST, format!("/api/v1/config-repos/{ID}/check")),
        (Method::GET, "/api/v1/locks".to_owned()),
    ] {
        let answer = send(ingress.operator(method, &path)).await;
        assert_eq!(answer.code(), (503, "SERVICE_UNAVAILABLE"), "{path}");
        assert!(answer.message().contains("runner"), "{}", answer.text);
    }
    assert_eq!(ingress.get("/api/v1/proposals").await.status, 200, "the others go on");
}

#[tokio::test]
async fn calls_under_way_end_before_the_service_does() {
    let mut ingress = Ingress::start().await;
    let held = ingress.proposal.fake.hold().await;
    let call = tokio::spawn(send(ingress.operator(Method::GET, "/api/v1/proposals")));
    wait::until("the call is under way", PATIENCE, || async {
        !ingress.proposal.fake.contexts().is_empty()
    })
    .await
    .unwrap();

    ingress.stop.cancel();
    wait::until("no new calls are taken", PATIENCE, || async {
        tokio::net::TcpStream::connect(ingress.address).await.is_err()
    })
    .await
    .unwrap();
    assert!(!ingress.serving.is_finished());
    drop(held);

    assert_eq!(call.await.unwrap().status, 200);
    tokio::time::timeout(PATIENCE, &mut ingress.serving).await.unwrap().unwrap();
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_the_end_up() {
    let mut ingress = Ingress::start().await;
    let _idle = tokio::net::TcpStream::connect(ingress.address).await.unwrap();
    send(ingress.request(Method::GET, "/healthz")).await;
    ingress.stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), &mut ingress.serving).await.unwrap().unwrap();
}
