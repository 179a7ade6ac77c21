//! One proposal on its way, and GitHub beside it.

use pullwright_proto::proposal::{Proposal, ProposalStatus, PullRequestState};

use crate::{
    harness::Harness,
    runner::{Runner, Work, pull},
};

/// A ledger with one proposal that a runner works on.
pub struct Scene {
    pub ledger: Harness,
    pub repository: String,
    pub id: String,
    pub work: Work,
}

impl Scene {
    /// Nothing was told yet.
    pub async fn leased() -> Self {
        let ledger = Harness::start().await;
        let id = ledger.manual().await.id;
        ledger.open(&id).await.unwrap();
        let work = Runner::of(&ledger, "one").one().await;
        Self { repository: ledger.registry.repository_of(&ledger.cluster), ledger, id, work }
    }

    /// Pull request 7 is open as of second 1.
    pub async fn opened() -> Self {
        let scene = Self::leased().await;
        scene.work.opened(pull(7, 1)).await.unwrap();
        scene
    }

    /// The proposal as it is.
    pub async fn proposal(&self) -> Proposal {
        self.ledger.get(&self.id).await.unwrap()
    }

    /// Where proposal and pull request stand.
    pub async fn state(&self) -> (ProposalStatus, PullRequestState) {
        let proposal = self.proposal().await;
        (proposal.status(), proposal.pull_request_state())
    }

    /// What happened after the pull request was opened.
    pub async fn since_opened(&self) -> Vec<String> {
        let kinds = self.ledger.kinds(&self.id).await;
        kinds.into_iter().skip_while(|kind| kind != "pull_request_opened").skip(1).collect()
    }
}

/// The proposal is opened, its pull request open.
pub const OPEN: (ProposalStatus, PullRequestState) =
    (ProposalStatus::PrOpened, PullRequestState::Open);
/// The proposal is opened, its pull request closed.
pub const CLOSED: (ProposalStatus, PullRequestState) =
    (ProposalStatus::PrOpened, PullRequestState::Closed);
/// The proposal is merged, its pull request merged.
pub const MERGED: (ProposalStatus, PullRequestState) =
    (ProposalStatus::PrMerged, PullRequestState::Merged);
