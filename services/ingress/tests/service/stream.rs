//! A proposal's events as they happen.

use std::time::Duration;

use pullwright_proto::{error::ErrorReason, proposal as v1};
use reqwest::{Method, Response, header};

use crate::{
    fake::Watched,
    harness::{Ingress, send, token},
    messages::{ID, event, proposal, refusal},
};

const PATIENCE: Duration = Duration::from_secs(30);

fn path() -> String {
    format!("/api/v1/proposals/{ID}/events")
}

fn first(status: v1::ProposalStatus) -> Result<v1::WatchProposalResponse, tonic::Status> {
    let standing = v1::Proposal { status: status.into(), ..proposal("1", "2") };
    Ok(v1::WatchProposalResponse { proposal: Some(standing), event: None })
}

fn happens(id: &str, kind: &str) -> Result<v1::WatchProposalResponse, tonic::Status> {
    Ok(v1::WatchProposalResponse {
        proposal: Some(proposal("1", "2")),
        event: Some(event(id, kind)),
    })
}

async fn follow(ingress: &Ingress, last: Option<&str>) -> Response {
    let request =
        ingress.request(Method::GET, &path()).bearer_auth(token(pullwright_ingress::Role::Viewer));
    let request = request.header(header::ACCEPT, "text/event-stream");
    let request = match last {
        Some(id) => request.header("last-event-id", id),
        None => request,
    };
    request.send().await.unwrap()
}

#[tokio::test]
async fn events_come_with_their_ids_after_the_last_one_that_was_seen() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::WatchProposalRequest| {
        let messages = vec![
            first(v1::ProposalStatus::Pending),
            happens("42", "pushing"),
            happens("43", "pull_request_opened"),
        ];
        Ok(Watched { messages, goes_on: false })
    });
    let response = follow(&ingress, Some("41")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-cache");
    assert!(response.headers().contains_key("x-request-id"));
    let text = tokio::time::timeout(PATIENCE, response.text()).await.unwrap().unwrap();
    let data = |id: &str, kind: &str| {
        format!(
            "id: {id}\nevent: {kind}\ndata: {{\"id\":\"{id}\",\"kind\":\"{kind}\",\"actor\":\"olga\",\"message\":\"two\\nlines\",\"facts\":{{}},\"trace_id\":null,\"created_at\":\"2026-01-01T00:00:00Z\"}}\n\n"
        )
    };
    let told = format!(
        ": following\nretry: 3000\n\n{}{}",
        data("42", "pushing"),
        data("43", "pull_request_opened")
    );
    assert_eq!(text, told);
    let seen = ingress.proposal.fake.seen::<v1::WatchProposalRequest>().remove(0);
    assert_eq!((seen.proposal_id.as_str(), seen.after_event_id.as_str()), (ID, "41"));
}

#[tokio::test]
async fn without_a_last_event_it_begins_now() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::WatchProposalRequest| {
        Ok(Watched { messages: vec![first(v1::ProposalStatus::PrOpened)], goes_on: false })
    });
    follow(&ingress, None).await.text().await.unwrap();
    assert_eq!(ingress.proposal.fake.seen::<v1::WatchProposalRequest>()[0].after_event_id, "");
}

#[tokio::test]
async fn a_stream_that_breaks_ends_and_a_client_asks_again() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::WatchProposalRequest| {
        let messages = vec![
            first(v1::ProposalStatus::Pending),
            happens("42", "pushing"),
            Err(tonic::Status::unavailable("gone")),
        ];
        Ok(Watched { messages, goes_on: true })
    });
    let text =
        tokio::time::timeout(PATIENCE, follow(&ingress, None).await.text()).await.unwrap().unwrap();
    assert!(text.contains("id: 42") && !text.contains("gone"), "{text}");
}

#[tokio::test]
async fn a_refusal_is_told_before_the_stream_begins() {
    let ingress = Ingress::start().await;
    let stream = |request: reqwest::RequestBuilder| {
        send(request.header(header::ACCEPT, "application/json, text/event-stream;q=0.9"))
    };
    ingress.proposal.fake.on(|_: &v1::WatchProposalRequest| {
        Err::<Watched, _>(refusal(ErrorReason::ProposalNotFound))
    });
    let answer = stream(ingress.operator(Method::GET, &path())).await;
    assert_eq!(answer.code(), (404, "PROPOSAL_NOT_FOUND"));
    ingress.proposal.fake.on(|_: &v1::WatchProposalRequest| {
        Ok(Watched { messages: vec![Err(refusal(ErrorReason::ProposalNotFound))], goes_on: false })
    });
    let answer = stream(ingress.operator(Method::GET, &path())).await;
    assert_eq!(answer.code(), (404, "PROPOSAL_NOT_FOUND"), "also when it is the first message");
    let longer = "4".repeat(65);
    for bad in ["a b", "é", longer.as_str()] {
        let answer =
            stream(ingress.operator(Method::GET, &path()).header("last-event-id", bad)).await;
        assert_eq!(answer.code(), (422, "VALIDATION_ERROR"), "{bad}");
        assert!(answer.message().starts_with("header Last-Event-ID"), "{}", answer.text);
    }
}

#[tokio::test]
async fn of_a_merged_proposal_nothing_more_is_to_come() {
    let ingress = Ingress::start().await;
    ingress.proposal.fake.on(|request: &v1::WatchProposalRequest| {
        let mut messages = vec![first(v1::ProposalStatus::PrMerged)];
        if request.after_event_id == "41" {
            messages.push(happens("42", "pull_request_merged"));
        }
        Ok(Watched { messages, goes_on: false })
    });
    let text = follow(&ingress, Some("41")).await.text().await.unwrap();
    assert!(text.contains("id: 42"), "{text}");
    let request =
        ingress.operator(Method::GET, &path()).header(header::ACCEPT, "text/event-stream");
    let answer = send(request.header("last-event-id", "42")).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (204, ""),
        "a client that is told so does not connect again"
    );
}

#[tokio::test]
async fn a_page_is_what_everybody_else_gets() {
    let ingress = Ingress::start().await;
    for accept in ["*/*", "application/json", "text/*"] {
        let request = ingress.operator(Method::GET, &path()).header(header::ACCEPT, accept);
        let answer = send(request).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "application/json"),
            "{accept}"
        );
    }
}

#[tokio::test]
async fn streams_end_with_the_service() {
    let mut ingress = Ingress::start().await;
    ingress.proposal.fake.on(|_: &v1::WatchProposalRequest| {
        Ok(Watched { messages: vec![first(v1::ProposalStatus::Pending)], goes_on: true })
    });
    let response = follow(&ingress, None).await;
    ingress.stop.cancel();
    let text = tokio::time::timeout(PATIENCE, response.text()).await.unwrap().unwrap();
    assert_eq!(text, ": following\nretry: 3000\n\n");
    tokio::time::timeout(Duration::from_secs(5), &mut ingress.serving).await.unwrap().unwrap();
}
