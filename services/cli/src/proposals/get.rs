//! `pullwright proposals get`

use pullwright_proto::proposal::GetProposalRequest;
use uuid::Uuid;

use super::shape;
use crate::{
    connect::Cores,
    error::{Error, Result},
    exit::Exit,
    output::Output,
};

pub(super) async fn get(cores: &Cores, id: Uuid, output: Output) -> Result<Exit> {
    let request = cores.request(GetProposalRequest { proposal_id: id.to_string() });
    let found = cores.proposals().get_proposal(request).await?.into_inner();
    let proposal = found.proposal.ok_or(Error::OffContract("a proposal"))?;
    output.show(shape::PROPOSAL, &proposal, shape::detail)?;
    Ok(Exit::Success)
}
