//! A proposal's events as server-sent events: as they happen, and after `Last-Event-ID` those in between first.

use pullwright_harness::WireOptions;
use pullwright_testkit::wait;
use reqwest::Response;
use serde_json::{Value, json};

use super::{
    ask::Ask,
    world::{World, fresh},
};
use crate::system::PATIENCE;

const EVENTS: &str = "/api/v1/proposals/{id}/events";

/// A stream that is read.
struct Stream {
    response: Response,
    read: String,
}

/// One event of a stream.
#[derive(Debug)]
struct Told {
    id: String,
    event: String,
    data: Value,
}

impl Stream {
    async fn open(world: &World, proposal: &str, after: Option<&str>) -> Self {
        let ask = Ask::of(proposal).header("accept", "text/event-stream");
        let ask = match after {
            Some(id) => ask.header("last-event-id", id),
            None => ask,
        };
        let response = ask.request(world, "GET", EVENTS).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(response.headers().contains_key("x-request-id"));
        let documented = &world.document.operation("GET", EVENTS)["responses"]["200"]["content"];
        assert!(documented["text/event-stream"].is_object());
        let mut stream = Self { response, read: String::new() };
        // The greeting comes once the ledger watches; what happens after it is not missed.
        let greeting = stream.frame().await.expect("a greeting");
        assert!(greeting.starts_with(": ") || greeting.starts_with(':'), "{greeting}");
        assert!(greeting.contains("retry: "), "{greeting}");
        stream
    }

    /// The next frame, up to its empty line; none at the end.
    async fn frame(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.read.find("\n\n") {
                let rest = self.read.split_off(at + 2);
                return Some(std::mem::replace(&mut self.read, rest));
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk());
            let bytes = chunk.await.expect("something comes in time").unwrap()?;
            self.read.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next event; none at the end.
    async fn next(&mut self) -> Option<Told> {
        loop {
            let frame = self.frame().await?;
            let field = |name: &str| {
                let mut lines =
                    frame.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
                let value = lines.next().map(str::to_owned);
                assert_eq!(lines.next(), None, "{name} stands once in {frame}");
                value
            };
            if let Some(data) = field("data") {
                let data: Value = serde_json::from_str(&data).unwrap();
                return Some(Told {
                    id: field("id").unwrap(),
                    event: field("event").unwrap(),
                    data,
                });
            }
        }
    }
}

/// The events of a proposal as its pages have them.
async fn pages(world: &World, proposal: &str) -> Vec<Value> {
    let page = world.get("GET", EVENTS, &Ask::of(proposal).asking("limit=200"), 200).await;
    page["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_stream_tells_each_event_as_it_happens_and_as_pages_have_it() {
    let world = World::enter().await;
    let proposal = world.proposal().await;
    let mut stream = Stream::open(&world, &proposal, None).await;
    for (call, kind) in [
        ("supersede", "proposal_superseded"),
        ("reinstate", "proposal_reinstated"),
        ("reject", "proposal_rejected"),
    ] {
        world.act(call, &proposal).await;
        let told = stream.next().await.unwrap();
        assert_eq!((told.event.as_str(), &told.data["actor"]), (kind, &json!("olga")));
        let paged = pages(&world, &proposal).await;
        let last = paged.last().unwrap();
        assert_eq!((&told.data, told.id.as_str()), (last, last["id"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn a_stream_goes_on_after_the_last_event_that_was_seen() {
    let world = World::enter().await;
    let proposal = world.proposal().await;
    let mut stream = Stream::open(&world, &proposal, None).await;
    world.act("supersede", &proposal).await;
    let seen = stream.next().await.unwrap();
    drop(stream);
    world.act("reinstate", &proposal).await;
    world.act("supersede", &proposal).await;

    let mut resumed = Stream::open(&world, &proposal, Some(&seen.id)).await;
    world.act("reinstate", &proposal).await;
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(resumed.next().await.unwrap().data);
    }
    let paged = pages(&world, &proposal).await;
    let at = paged.iter().position(|event| event["id"] == seen.id.as_str()).unwrap();
    assert_eq!(told, paged[at + 1..], "each of them once, in order");
}

#[tokio::test]
async fn a_stream_leads_from_the_click_to_the_merge_and_ends_there() {
    let world = World::enter().await;
    let system = world.wired(WireOptions::new(&fresh("contract-stream"))).await;
    let proposal = system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
    let mut stream = Stream::open(&world, &proposal, None).await;
    system.open(&proposal).await;
    let mut told = Vec::new();
    while told.last().map(|one: &Told| one.event.as_str()) != Some("pull_request_opened") {
        told.push(stream.next().await.expect("the stream goes on"));
    }
    let pull = system.pulls().await.remove(0);
    system.stack.forge().unwrap().merge(&system.wired.repository, pull.number).await.unwrap();
    while let Some(next) = stream.next().await {
        told.push(next);
    }
    let paged = pages(&world, &proposal).await;
    let (ids, known): (Vec<_>, Vec<_>) = (
        told.iter().map(|one| one.id.as_str()).collect(),
        paged.iter().map(|event| event["id"].as_str().unwrap()).collect(),
    );
    // The first event was before the stream, and what tidies up may come after its end.
    assert_eq!(ids, known[1..=ids.len()]);
    assert!(told.iter().any(|one| one.event == "open_requested"), "{told:#?}");

    let last = told.last().unwrap();
    let ask =
        Ask::of(&proposal).header("accept", "text/event-stream").header("last-event-id", &last.id);
    // What tidies up may still come; then it is over, and a client is told not to come again.
    let over = || async { world.ask("GET", EVENTS, &ask).await.status == 204 };
    wait::until("the stream is over for good", PATIENCE, over).await.unwrap();
}

#[tokio::test]
async fn whoever_takes_anything_gets_a_page() {
    let world = World::enter().await;
    let proposal = world.proposal().await;
    for accept in ["*/*", "application/json", "text/html, */*;q=0.1"] {
        let answer = world.ask("GET", EVENTS, &Ask::of(&proposal).header("accept", accept)).await;
        assert_eq!(answer.headers["content-type"], "application/json", "{accept}");
    }
}
