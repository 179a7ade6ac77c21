//! Who may call what, seen from outside.

use pullwright_proto::{
    error::ErrorReason,
    proposal::{
        self as v1, proposal_service_client::ProposalServiceClient,
        study_service_client::StudyServiceClient,
    },
};
use pullwright_rpc::Role;
use tonic::Code;

use crate::{
    harness::{Harness, answer, reason},
    studies::finished_study,
};

#[tokio::test]
async fn a_runner_makes_no_proposals() {
    let ledger = Harness::start().await;
    for role in [Role::Runner, Role::Proposal] {
        let mut proposals = ProposalServiceClient::new(ledger.connection(role));
        let refusal = answer(proposals.create_proposal(ledger.manual_request()).await).unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.code),
            (ErrorReason::PermissionDenied, Code::PermissionDenied)
        );
        let mut studies = StudyServiceClient::new(ledger.connection(role));
        assert_eq!(
            reason(answer(studies.create_study(finished_study(&ledger)).await)),
            ErrorReason::PermissionDenied
        );
    }
}

#[tokio::test]
async fn people_and_clients_make_proposals() {
    let ledger = Harness::start().await;
    for role in [Role::Ingress, Role::Client, Role::Operator] {
        let mut proposals = ProposalServiceClient::new(ledger.connection(role));
        let created = answer(proposals.create_proposal(ledger.manual_request()).await).unwrap();
        let request = v1::GetProposalRequest { proposal_id: created.proposal.unwrap().id };
        answer(proposals.get_proposal(request).await).unwrap();
    }
}
