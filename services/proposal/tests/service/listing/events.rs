//! The list of what happened to a proposal.

use pullwright_pg::Queries as _;
use pullwright_proto::proposal as v1;

use crate::harness::{Harness, answer, fields, uuid};

/// 25 events of two kinds by two actors, one second apart.
const EVENTS: &str = "
    INSERT INTO events (proposal_id, kind, actor, message, created_at)
    SELECT $1, (ARRAY['tried', 'failed'])[1 + n % 2], (ARRAY['runner', 'github'])[1 + n / 13], n::text, '2026-01-01'::timestamptz + n * interval '1 s'
    FROM generate_series(1, 25) AS n";

async fn ledger() -> (Harness, String) {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let other = ledger.manual().await.id;
    for proposal in [&id, &other] {
        ledger.sql("DELETE FROM events WHERE proposal_id = $1", proposal).await;
        ledger.db().await.execute(EVENTS, &[&uuid(proposal)]).await.unwrap();
    }
    (ledger, id)
}

async fn walk(
    ledger: &Harness,
    proposal_id: &str,
    filter: &str,
    order_by: &str,
    page_size: i32,
) -> (Vec<String>, i64) {
    let mut request = v1::ListProposalEventsRequest {
        proposal_id: proposal_id.to_owned(),
        page_size,
        page_token: String::new(),
        filter: filter.to_owned(),
        order_by: order_by.to_owned(),
    };
    let mut messages = Vec::new();
    loop {
        let page = answer(ledger.proposals().list_proposal_events(request.clone()).await).unwrap();
        assert_eq!(page.has_more, !page.next_page_token.is_empty());
        messages.extend(page.events.into_iter().map(|event| event.message));
        if !page.has_more {
            return (messages, page.total_size);
        }
        request.page_token = page.next_page_token;
    }
}

#[tokio::test]
async fn events_are_read_in_both_directions_each_once() {
    let (ledger, id) = ledger().await;
    let forth: Vec<_> = (1..=25).map(|n| n.to_string()).collect();
    let back: Vec<_> = forth.iter().rev().cloned().collect();
    for page_size in [1, 4, 24, 25, 26, 1000] {
        assert_eq!(walk(&ledger, &id, "", "", page_size).await, (forth.clone(), 25));
        assert_eq!(walk(&ledger, &id, "", "created_at asc", page_size).await, (forth.clone(), 25));
        assert_eq!(walk(&ledger, &id, "", "created_at desc", page_size).await, (back.clone(), 25));
    }
}

#[tokio::test]
async fn events_are_filtered_by_kind_actor_and_time() {
    let (ledger, id) = ledger().await;
    let numbers = |list: &[i32]| list.iter().map(i32::to_string).collect::<Vec<_>>();
    let late = "created_at >= 2026-01-01T00:00:20Z";
    for (filter, expected) in [
        ("kind = failed AND actor = github", numbers(&[13, 15, 17, 19, 21, 23, 25])),
        ("kind = \"nothing\"", vec![]),
        (late, numbers(&[20, 21, 22, 23, 24, 25])),
        (&format!("{late} AND kind = tried"), numbers(&[20, 22, 24])),
    ] {
        let (shown, total) = walk(&ledger, &id, filter, "", 2).await;
        assert_eq!(shown, expected, "{filter}");
        assert_eq!(usize::try_from(total).unwrap(), expected.len());
    }
    let request = v1::ListProposalEventsRequest {
        proposal_id: id,
        filter: "message = 1".into(),
        order_by: "kind".into(),
        ..v1::ListProposalEventsRequest::default()
    };
    let refused = answer(ledger.proposals().list_proposal_events(request).await);
    assert_eq!(fields(refused), ["filter", "order_by"]);
}
