//! `pullwright proposals reject` and its undoing, `reinstate`.

use pullwright_proto::proposal::{ReinstateProposalRequest, RejectProposalRequest};
use uuid::Uuid;

use super::shape;
use crate::{
    args::Reject,
    connect::Cores,
    error::{Error, Result},
    exit::Exit,
    output::Output,
};

pub(super) async fn reject(cores: &Cores, reject: Reject, output: Output) -> Result<Exit> {
    let request = RejectProposalRequest {
        proposal_id: reject.id.to_string(),
        reason: reject.reason,
        request_id: Uuid::now_v7().to_string(),
    };
    let answer = cores.proposals().reject_proposal(cores.request(request)).await?.into_inner();
    let proposal = answer.proposal.ok_or(Error::OffContract("a proposal"))?;
    output.show(shape::PROPOSAL, &proposal, shape::detail)?;
    Ok(Exit::Success)
}

pub(super) async fn reinstate(cores: &Cores, id: Uuid, output: Output) -> Result<Exit> {
    let request = ReinstateProposalRequest {
        proposal_id: id.to_string(),
        request_id: Uuid::now_v7().to_string(),
    };
    let answer = cores.proposals().reinstate_proposal(cores.request(request)).await?.into_inner();
    let proposal = answer.proposal.ok_or(Error::OffContract("a proposal"))?;
    output.show(shape::PROPOSAL, &proposal, shape::detail)?;
    Ok(Exit::Success)
}
