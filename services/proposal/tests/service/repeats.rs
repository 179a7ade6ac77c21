//! Calls that are repeated with their request id (AIP-155).

use std::time::Duration;

use prost::Message as _;
use pullwright_pg::Queries as _;
use pullwright_proto::{
    error::ErrorReason,
    proposal::{self as v1, proposal_service_client::ProposalServiceClient},
};
use pullwright_rpc::{Refusal, Role};
use pullwright_testkit::wait;
use tonic::Code;

use crate::{
    harness::{Harness, answer, change, fields, reason, uuid},
    studies::{digest, finished_study},
};

const KEY: &str = "9f1c: «any text», 1 to 255 characters";

async fn kept(ledger: &Harness) -> i64 {
    const SQL: &str = "SELECT count(*) AS n FROM idempotency_keys";
    ledger.db().await.query_one(SQL, &[]).await.unwrap().get("n")
}

async fn reject(
    ledger: &Harness,
    id: &str,
    reason: &str,
    key: &str,
) -> Result<v1::RejectProposalResponse, Refusal> {
    let request = v1::RejectProposalRequest {
        proposal_id: id.to_owned(),
        reason: reason.to_owned(),
        request_id: key.to_owned(),
    };
    answer(ledger.proposals().reject_proposal(request).await)
}

/// Calls twice; the second answer must be the first one, byte for byte, and nothing may have happened twice.
macro_rules! twice {
    ($ledger:expr, $client:expr, $method:ident, $request:expr, $id:expr) => {{
        let request = $request;
        let first = answer($client.$method(request.clone()).await).unwrap();
        let events = $ledger.kinds(&$id(&first)).await.len();
        let again = answer($client.$method(request).await).unwrap();
        assert_eq!(first.encode_to_vec(), again.encode_to_vec(), stringify!($method));
        assert_eq!($ledger.kinds(&$id(&first)).await.len(), events, stringify!($method));
        first
    }};
}

#[tokio::test]
async fn every_change_of_a_proposal_repeated_is_answered_as_the_first_time_and_done_once() {
    let ledger = Harness::start().await;
    let mut client = ledger.proposals();
    let key = |name: &str| format!("key of {name}");
    macro_rules! id {
        ($response:ty) => {
            |response: &$response| response.proposal.as_ref().unwrap().id.clone()
        };
    }
    let request =
        v1::CreateProposalRequest { request_id: key("create"), ..ledger.manual_request() };
    let created = twice!(ledger, client, create_proposal, request, id!(v1::CreateProposalResponse));
    let id = created.proposal.unwrap().id;
    let request = v1::OpenPullRequestRequest {
        proposal_id: id.clone(),
        request_id: key("open"),
        ..v1::OpenPullRequestRequest::default()
    };
    twice!(ledger, client, open_pull_request, request.clone(), id!(v1::OpenPullRequestResponse));
    assert_eq!(ledger.open_jobs(&id).await, 1);
    let rejecting = v1::RejectProposalRequest {
        proposal_id: id.clone(),
        reason: "no".into(),
        request_id: key("reject"),
    };
    twice!(ledger, client, reject_proposal, rejecting, id!(v1::RejectProposalResponse));
    // The proposal is rejected by now; the old click is answered as it was then.
    let again = answer(client.open_pull_request(request).await).unwrap().proposal.unwrap();
    assert_eq!(again.status(), v1::ProposalStatus::Pending);

    let other = ledger.manual().await.id;
    let superseding = v1::SupersedeProposalRequest {
        proposal_id: other.clone(),
        request_id: key("supersede"),
        ..v1::SupersedeProposalRequest::default()
    };
    twice!(ledger, client, supersede_proposal, superseding, id!(v1::SupersedeProposalResponse));
    let reinstating =
        v1::ReinstateProposalRequest { proposal_id: other, request_id: key("reinstate") };
    twice!(ledger, client, reinstate_proposal, reinstating, id!(v1::ReinstateProposalResponse));
    assert_eq!(kept(&ledger).await, 5);
}

#[tokio::test]
async fn studies_and_digests_repeated_are_recorded_once() {
    let ledger = Harness::start().await;
    let mut client = ledger.studies();
    let study =
        v1::CreateStudyRequest { request_id: KEY.into(), digest: None, ..finished_study(&ledger) };
    let first =
        twice!(ledger, client, create_study, study, |study: &v1::CreateStudyResponse| study
            .proposal_id
            .clone());
    let request = v1::UpdateDigestRequest {
        study_id: first.study_id,
        digest: Some(digest()),
        request_id: "another key".into(),
        ..v1::UpdateDigestRequest::default()
    };
    twice!(ledger, client, update_digest, request, |_: &v1::UpdateDigestResponse| first
        .proposal_id
        .clone());
    const STUDIES: &str = "SELECT count(*) AS n FROM studies";
    let count: i64 = ledger.db().await.query_one(STUDIES, &[]).await.unwrap().get("n");
    assert_eq!((count, kept(&ledger).await), (1, 2));
}

#[tokio::test]
async fn a_request_id_is_used_for_one_call_only() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    reject(&ledger, &id, "no", KEY).await.unwrap();
    let other_content = reject(&ledger, &id, "no!", KEY).await.unwrap_err();
    assert_eq!(
        (other_content.reason, other_content.code),
        (ErrorReason::IdempotencyKeyReused, Code::InvalidArgument)
    );
    let reinstate =
        v1::ReinstateProposalRequest { proposal_id: id.clone(), request_id: KEY.into() };
    let other_method = answer(ledger.proposals().reinstate_proposal(reinstate).await);
    assert_eq!(reason(other_method), ErrorReason::IdempotencyKeyReused);
    let create = v1::CreateProposalRequest { request_id: KEY.into(), ..ledger.manual_request() };
    let mut another = ProposalServiceClient::new(ledger.connection(Role::Client));
    assert!(another.create_proposal(create).await.is_ok(), "another caller's ids are its own");
}

#[tokio::test]
async fn a_call_whose_first_is_under_way_is_told_so_and_answered_later() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    let mut holder = ledger.db().await;
    let held = holder.begin().await.unwrap();
    held.execute("SELECT FROM proposals WHERE id = $1 FOR UPDATE", &[&uuid(&id)]).await.unwrap();
    let ledger = std::sync::Arc::new(ledger);
    let first = tokio::spawn({
        let (ledger, id) = (ledger.clone(), id.clone());
        async move { reject(&ledger, &id, "no", KEY).await }
    });
    const WAITING: &str = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    wait::until("the first call waits for the row", Duration::from_secs(5), || async {
        let db = ledger.db().await;
        db.query_one(WAITING, &[]).await.map(|row| row.get::<_, i64>("n") > 0)
    })
    .await
    .unwrap();
    let second = reject(&ledger, &id, "no", KEY).await.unwrap_err();
    assert_eq!((second.reason, second.code), (ErrorReason::IdempotencyKeyInUse, Code::Aborted));
    assert!(second.retry_after.is_some());
    held.rollback().await.unwrap();
    let first = first.await.unwrap().unwrap();
    assert_eq!(
        reject(&ledger, &id, "no", KEY).await.unwrap().encode_to_vec(),
        first.encode_to_vec()
    );
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day() {
    let ledger = Harness::start().await;
    let set_back = async |interval: &'static str| {
        let sql = format!("UPDATE idempotency_keys SET created_at = now() - interval '{interval}'");
        ledger.db().await.batch_execute(&sql).await.unwrap();
    };
    let create = v1::CreateProposalRequest { request_id: KEY.into(), ..ledger.manual_request() };
    let first = ledger.create(create.clone()).await.unwrap().id;
    set_back("23 hours 59 minutes").await;
    assert_eq!(ledger.create(create.clone()).await.unwrap().id, first);
    set_back("24 hours 1 minute").await;
    let later = ledger.create(create.clone()).await.unwrap().id;
    assert_ne!(later, first, "the request id is free again");
    assert_eq!(ledger.create(create).await.unwrap().id, later);
}

#[tokio::test]
async fn a_refused_call_leaves_nothing_and_is_decided_anew() {
    let ledger = Harness::start().await;
    let id = ledger.manual().await.id;
    ledger.registry.unwire(&ledger.cluster);
    let open = v1::OpenPullRequestRequest {
        proposal_id: id.clone(),
        request_id: KEY.into(),
        ..v1::OpenPullRequestRequest::default()
    };
    let refused = answer(ledger.proposals().open_pull_request(open).await);
    assert_eq!(reason(refused), ErrorReason::ClusterHasNoConfigRepo);
    assert_eq!(kept(&ledger).await, 0);
    reject(&ledger, &id, "no", KEY).await.unwrap();
    assert_eq!(
        reason(reject(&ledger, &id, "no", "another").await),
        ErrorReason::InvalidStateTransition
    );
    assert_eq!(kept(&ledger).await, 1);
}

#[tokio::test]
async fn a_request_id_that_is_none_is_refused_by_name() {
    let ledger = Harness::start().await;
    let create = |request_id: String| v1::CreateProposalRequest {
        request_id,
        config_diff: vec![change("boost", "1", "2")],
        ..ledger.manual_request()
    };
    assert_eq!(fields(ledger.create(create("é".repeat(256))).await), ["request_id"]);
    assert_eq!(fields(ledger.create(create("a\0b".into())).await), ["request_id"]);
    assert!(ledger.create(create("é".repeat(255))).await.is_ok());
}
