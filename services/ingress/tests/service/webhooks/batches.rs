//! Deliveries that come in together: one call, an end for each.

use std::time::Duration;

use futures::future::join_all;
use pullwright_proto::{
    delivery::{self as v1, DeliveryOutcome as Outcome},
    error::ErrorReason,
};
use pullwright_testkit::wait;
use serde_json::json;
use tokio::task::JoinHandle;
use tonic::Status;

use crate::{
    github::{SECRET, answer_with, delivery, ended, merged, recorded, register},
    harness::{Answer, Ingress, send},
};

const PATIENCE: Duration = Duration::from_secs(30);

fn nth(ingress: &Ingress, number: usize) -> reqwest::RequestBuilder {
    let mut body = merged("acme/search-config");
    body["number"] = json!(number);
    body["pull_request"]["number"] = json!(number);
    delivery(ingress, "pull_request", body.to_string(), SECRET)
}

async fn registered() -> Ingress {
    let ingress = Ingress::start().await;
    register(&ingress, Outcome::Applied);
    ingress
}

/// Sends one after the other while the ledger answers nobody, until two calls are under way and the others wait; then it answers.
async fn together(ingress: &Ingress, count: usize) -> Vec<Answer> {
    let held = ingress.proposal.fake.hold().await;
    let (calls, ()) = tokio::join!(join_all(sent(ingress, count).await), async { drop(held) });
    calls.into_iter().map(|call| call.expect("an answer")).collect()
}

/// Sends them to a ledger that answers nobody: the first two are under way, the others wait.
async fn sent(ingress: &Ingress, count: usize) -> Vec<JoinHandle<Answer>> {
    let mut calls = Vec::new();
    for number in 1..=count {
        calls.push(tokio::spawn(send(nth(ingress, number))));
        let (under_way, waiting) = (number.min(2), number.saturating_sub(2));
        wait::until("it is where it is to be", PATIENCE, || async {
            (batches(ingress), ingress.app.deliveries_waiting()) == (under_way, waiting)
        })
        .await
        .unwrap();
    }
    calls
}

fn batches(ingress: &Ingress) -> usize {
    ingress.proposal.fake.seen::<v1::RecordDeliveriesRequest>().len()
}

#[tokio::test]
async fn what_comes_in_while_the_ledger_works_is_shared_out_among_two_calls() {
    let ingress = registered().await;
    let answers = together(&ingress, 40).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(recorded(&ingress).len(), 40);
    let told = ingress.proposal.fake.seen::<v1::RecordDeliveriesRequest>();
    let counts: Vec<_> = told.iter().map(|call| call.deliveries.len()).collect();
    assert_eq!(counts.len(), 4, "two alone, and what came in meanwhile in equal parts: {counts:?}");
    assert!(
        counts[..2] == [1, 1] && counts[2..].iter().all(|count| (18..=20).contains(count)),
        "{counts:?}"
    );
}

#[tokio::test]
async fn each_delivery_of_a_batch_has_its_own_end() {
    let ingress = registered().await;
    answer_with(&ingress, |request| {
        let refused = |reason: ErrorReason, field: &str| {
            Err(v1::RefusedDelivery {
                reason: reason.reason().into(),
                message: "is not so".into(),
                field: field.into(),
            })
        };
        match request.pull_request.as_ref().unwrap().number {
            number if number % 4 == 0 => refused(ErrorReason::DeliveryConflict, ""),
            number if number % 4 == 1 => refused(ErrorReason::ValidationError, "delivery_id"),
            number if number % 4 == 2 => Ok(ended(Outcome::Failed)),
            _ => Ok(ended(Outcome::Applied)),
        }
    });
    let answers = together(&ingress, 40).await;
    for (number, answer) in (1..=40).zip(answers) {
        let action = answer.body["action"].as_str().unwrap_or_default();
        match number % 4 {
            0 => assert_eq!(answer.code(), (409, "DELIVERY_CONFLICT"), "{number}"),
            1 => assert_eq!(answer.code(), (422, "VALIDATION_ERROR"), "{number}"),
            2 => assert_eq!((answer.status, action), (200, "deferred"), "{number}"),
            _ => assert_eq!((answer.status, action), (200, "applied"), "{number}"),
        }
    }
}

#[tokio::test]
async fn a_call_that_fails_fails_all_that_went_with_it_and_nobody_after() {
    for status in [Status::unavailable("away"), Status::internal("broken"), Status::aborted("x")] {
        let ingress = registered().await;
        let told = status.clone();
        ingress.proposal.fake.on(move |_: &v1::RecordDeliveriesRequest| {
            Err::<v1::RecordDeliveriesResponse, _>(told.clone())
        });
        let answers = together(&ingress, 10).await;
        for answer in answers {
            assert_eq!(answer.code(), (503, "SERVICE_UNAVAILABLE"), "{status}: {}", answer.text);
            assert_eq!(answer.header("retry-after"), "1");
        }
        register(&ingress, Outcome::Applied);
        assert_eq!(send(nth(&ingress, 1)).await.status, 200);
    }
}

#[tokio::test]
async fn whoever_hangs_up_does_not_take_back_what_came_in() {
    let mut ingress = registered().await;
    let held = ingress.proposal.fake.hold().await;
    for call in sent(&ingress, 5).await {
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    }
    // Nor does the end of the service, for which nobody is connected any more.
    ingress.stop.cancel();
    wait::until("no new calls are taken", PATIENCE, || async {
        tokio::net::TcpStream::connect(ingress.address).await.is_err()
    })
    .await
    .unwrap();
    assert!(!ingress.serving.is_finished());
    drop(held);
    tokio::time::timeout(PATIENCE, &mut ingress.serving).await.unwrap().unwrap();
    assert_eq!(recorded(&ingress).len(), 5);
}

#[tokio::test]
async fn a_ledger_that_does_not_answer_is_told_before_github_stops_waiting() {
    let ingress = registered().await;
    let _held = ingress.proposal.fake.hold().await;
    let started = tokio::time::Instant::now();
    let answer = send(nth(&ingress, 1)).await;
    assert_eq!(answer.code(), (503, "SERVICE_UNAVAILABLE"));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}
