//! Lists: newest first, true totals, events page by page, the live proposal.

use pullwright_pg::Queries as _;
use pullwright_proto::{error::ErrorReason, proposal as v1};
use pullwright_rpc::Refusal;
use uuid::Uuid;

use crate::{
    harness::{Harness, answer, fields, reason, uuid},
    studies::finished_study,
};

async fn list(ledger: &Harness, page_size: i32) -> Result<v1::ListProposalsResponse, Refusal> {
    let request = v1::ListProposalsRequest {
        page_size,
        page_token: String::new(),
        ..v1::ListProposalsRequest::default()
    };
    answer(ledger.proposals().list_proposals(request).await)
}

#[tokio::test]
async fn proposals_are_listed_newest_first_with_a_true_total() {
    let ledger = Harness::start().await;
    let empty = list(&ledger, 0).await.unwrap();
    assert_eq!((empty.total_size, empty.has_more, empty.proposals.len()), (0, false, 0));

    let study = answer(ledger.studies().create_study(finished_study(&ledger)).await).unwrap();
    let mut ids = vec![study.proposal_id.clone()];
    for _ in 0..2 {
        ids.insert(0, ledger.manual().await.id);
    }
    let listed = |page: &v1::ListProposalsResponse| -> Vec<String> {
        page.proposals.iter().map(|proposal| proposal.id.clone()).collect()
    };
    let all = list(&ledger, 3).await.unwrap();
    assert_eq!((listed(&all), all.total_size, all.has_more), (ids.clone(), 3, false));
    assert!(
        all.proposals.iter().all(|proposal| proposal.study.is_none() && proposal.digest.is_none())
    );
    assert_eq!(all.proposals[2].study_id, study.study_id);
    let some = list(&ledger, 2).await.unwrap();
    assert_eq!((listed(&some), some.total_size, some.has_more), (ids[..2].to_vec(), 3, true));
}

#[tokio::test]
async fn a_page_outside_of_the_limits_is_refused() {
    let ledger = Harness::start().await;
    for size in [-1, 201] {
        assert_eq!(fields(list(&ledger, size).await), ["page_size"]);
    }
    let request = v1::ListProposalsRequest {
        page_size: 1,
        page_token: "x".into(),
        ..v1::ListProposalsRequest::default()
    };
    assert_eq!(fields(answer(ledger.proposals().list_proposals(request).await)), ["page_token"]);
}

#[tokio::test]
async fn events_are_read_page_by_page() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    ledger.open(&proposal.id).await.unwrap();
    ledger.reject(&proposal.id, "").await.unwrap();
    let mut request = v1::ListProposalEventsRequest {
        proposal_id: proposal.id.clone(),
        page_size: 2,
        page_token: String::new(),
        ..v1::ListProposalEventsRequest::default()
    };
    let first = answer(ledger.proposals().list_proposal_events(request.clone()).await).unwrap();
    request.page_token = first.next_page_token.clone();
    let second = answer(ledger.proposals().list_proposal_events(request.clone()).await).unwrap();
    let kinds: Vec<_> =
        first.events.iter().chain(&second.events).map(|event| event.kind.as_str()).collect();
    assert_eq!(
        (first.events.len(), kinds),
        (2, vec!["proposal_created", "open_requested", "proposal_rejected"])
    );
    assert_eq!(second.next_page_token, "");
    request.page_token = "x".into();
    assert_eq!(
        fields(answer(ledger.proposals().list_proposal_events(request.clone()).await)),
        ["page_token"]
    );
    request = v1::ListProposalEventsRequest {
        proposal_id: Uuid::now_v7().to_string(),
        ..Default::default()
    };
    assert_eq!(
        reason(answer(ledger.proposals().list_proposal_events(request).await)),
        ErrorReason::ProposalNotFound
    );
}

#[tokio::test]
async fn the_live_proposal_of_a_repository_is_marked_everywhere() {
    let ledger = Harness::start().await;
    let proposal = ledger.manual().await;
    let other = ledger.manual().await;
    let repository = ledger.registry.repository_of(&ledger.cluster);
    let request = v1::GetLiveProposalRequest { config_repo_id: repository.clone() };
    let none = answer(ledger.proposals().get_live_proposal(request.clone()).await).unwrap();
    assert!(none.proposal.is_none());
    const LIVE: &str = "INSERT INTO live_proposals (config_repo_id, proposal_id, pr_merged_at) VALUES ($1, $2, now())";
    ledger.db().await.execute(LIVE, &[&uuid(&repository), &uuid(&proposal.id)]).await.unwrap();

    let live =
        answer(ledger.proposals().get_live_proposal(request).await).unwrap().proposal.unwrap();
    assert_eq!((live.id.as_str(), live.is_currently_live), (proposal.id.as_str(), true));
    assert!(ledger.get(&proposal.id).await.unwrap().is_currently_live);
    assert!(!ledger.get(&other.id).await.unwrap().is_currently_live);
    let marked: Vec<_> =
        list(&ledger, 0).await.unwrap().proposals.iter().map(|row| row.is_currently_live).collect();
    assert_eq!(marked, [false, true]);
}

#[tokio::test]
async fn an_id_that_is_none_is_a_violation_and_one_that_nobody_has_is_not_found() {
    let ledger = Harness::start().await;
    assert_eq!(fields(ledger.get("not-an-id").await), ["proposal_id"]);
    assert_eq!(
        reason(ledger.get(&Uuid::now_v7().to_string()).await),
        ErrorReason::ProposalNotFound
    );
}
