//! Readiness, and the end.

use std::{sync::atomic::Ordering, time::Duration};

use pullwright_testkit::wait;
use reqwest::Method;

use crate::harness::{Ingress, send};

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
async fn ready_means_that_all_three_cores_serve() {
    let mut ingress = Ingress::start().await;
    until(&ingress, 200).await;
    for (core, name) in [
        (&ingress.proposal, "proposal"),
        (&ingress.registry, "repo-registry"),
        (&ingress.runner, "runner"),
    ] {
        core.ready.store(false, Ordering::Relaxed);
        assert_eq!(until(&ingress, 503).await, format!("{name} is not serving"));
        core.ready.store(true, Ordering::Relaxed);
        until(&ingress, 200).await;
    }
    ingress.runner.end().await;
    assert_eq!(
        until(&ingress, 503).await,
        "runner cannot be asked (The service is currently unavailable)"
    );
    assert_eq!(
        send(ingress.request(Method::GET, "/healthz")).await.status,
        200,
        "alive all the same"
    );
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
