//! `pullwright proposals open`: the click, and then the line that says how far it is.

use std::time::Duration;

use pullwright_proto::proposal::{
    OpenPullRequestRequest, Proposal, ProposalStatus, PullRequestState,
};
use uuid::Uuid;

use super::{shape, watch::Followed};
use crate::{
    args::Open,
    connect::Cores,
    error::{Error, Result},
    exit::Exit,
    output::{Output, Progress, bad, good, warn},
};

pub(super) async fn open(cores: &Cores, open: Open, output: Output) -> Result<Exit> {
    let id = open.id.to_string();
    let request = OpenPullRequestRequest {
        proposal_id: id.clone(),
        expected_patch_sha256: open.expected_patch_sha256.unwrap_or_default(),
        expected_base_oid: open.expected_base_oid.unwrap_or_default(),
        // One click, however often the network makes us send it.
        request_id: Uuid::now_v7().to_string(),
    };
    let accepted = cores.proposals().open_pull_request(cores.request(request)).await?.into_inner();
    let accepted = accepted.proposal.ok_or(Error::OffContract("a proposal"))?;
    if open.no_wait {
        output.show(shape::PROPOSAL, &accepted, |proposal| {
            format!("accepted; `pullwright proposals watch {}` follows it", proposal.id)
        })?;
        return Ok(Exit::Success);
    }
    let limit = Duration::from(open.wait);
    let ended = tokio::time::timeout(limit, end_of(cores, &id, accepted.generation));
    let ended = ended.await.map_err(|_| Error::TookTooLong { id, waited: limit })??;
    let exit = exit_of(&ended);
    output.show(shape::PROPOSAL, &ended, sentence)?;
    Ok(exit)
}

/// Follows the proposal until its pull request is there, or will not come.
async fn end_of(cores: &Cores, id: &str, generation: i32) -> Result<Proposal> {
    let progress = Progress::begin("waiting for a runner");
    let mut followed = Followed::new(cores.clone(), id.to_owned(), String::new());
    loop {
        let told = followed.next().await?.ok_or(Error::OffContract("the end of the opening"))?;
        if let Some(event) = &told.event {
            progress.say(&event.message);
        }
        let proposal = told.proposal.ok_or(Error::OffContract("a proposal"))?;
        if is_over(&proposal, generation) {
            return Ok(proposal);
        }
    }
}

fn is_over(proposal: &Proposal, generation: i32) -> bool {
    match proposal.status() {
        ProposalStatus::Pending => !proposal.is_opening && !proposal.pull_request_error.is_empty(),
        // Closed and of an older generation: the new one is on its way.
        ProposalStatus::PrOpened => {
            proposal.generation >= generation
                && (proposal.pull_request_state() == PullRequestState::Open || !proposal.is_opening)
        }
        ProposalStatus::PrMerged | ProposalStatus::Rejected | ProposalStatus::Superseded => true,
        ProposalStatus::Unspecified => false,
    }
}

fn exit_of(proposal: &Proposal) -> Exit {
    match (proposal.status(), proposal.pull_request_state()) {
        (ProposalStatus::PrOpened, PullRequestState::Open) | (ProposalStatus::PrMerged, _) => {
            Exit::Success
        }
        _ => Exit::No,
    }
}

fn sentence(proposal: &Proposal) -> String {
    match (proposal.status(), exit_of(proposal)) {
        (ProposalStatus::PrMerged, _) => {
            format!("{} {}", good("merged"), proposal.pull_request_url)
        }
        (_, Exit::Success) => format!("{} {}", good("opened"), proposal.pull_request_url),
        (ProposalStatus::Pending, _) => {
            format!("{} {}", bad("not opened:"), proposal.pull_request_error)
        }
        _ => format!("{} the proposal is {}", warn("not opened:"), shape::state(proposal)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(status: ProposalStatus, state: PullRequestState) -> Proposal {
        Proposal {
            status: status.into(),
            pull_request_state: state.into(),
            generation: 1,
            ..Proposal::default()
        }
    }

    #[test]
    fn an_old_error_does_not_end_a_new_opening() {
        let mut one = proposal(ProposalStatus::Pending, PullRequestState::Unspecified);
        one.pull_request_error = "BRANCH_EXISTS: …".into();
        one.is_opening = true;
        assert!(!is_over(&one, 1));
        one.is_opening = false;
        assert!(is_over(&one, 1));
        assert_eq!(exit_of(&one), Exit::No);
    }

    #[test]
    fn a_closed_pull_request_of_an_older_generation_is_not_the_end() {
        let mut one = proposal(ProposalStatus::PrOpened, PullRequestState::Closed);
        one.is_opening = true;
        assert!(!is_over(&one, 2));
        let mut two = proposal(ProposalStatus::PrOpened, PullRequestState::Open);
        two.generation = 2;
        assert!(is_over(&two, 2));
        assert_eq!(exit_of(&two), Exit::Success);
    }
}
