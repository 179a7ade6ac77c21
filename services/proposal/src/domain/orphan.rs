//! Branches and pull requests of ours that nobody wants. Pure.

use uuid::Uuid;

use super::{
    PullRequestState,
    job::{Kind, Standing},
};

/// A generation whose branch was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The proposal.
    pub proposal_id: Uuid,
    /// The generation.
    pub generation: i32,
    /// Its branch.
    pub branch: String,
    /// Where the proposal stands.
    pub standing: Standing,
    /// The number of the generation's pull request, if one is recorded.
    pub number: Option<i64>,
    /// What GitHub last said about it.
    pub state: Option<PullRequestState>,
    /// Every head that was announced for the generation.
    pub heads: Vec<String>,
    /// Whether a job that opens, closes or tidies it up is not over.
    pub is_busy: bool,
    /// Whether closing it was given up not long ago.
    pub was_given_up: bool,
    /// Whether somebody reopened the pull request after it was called back.
    pub was_reopened: bool,
}

impl Candidate {
    /// Whether what was found with this tip is nobody's and ours: its time is over, nothing is under way, and the tip is a commit of ours.
    ///
    /// What was merged is left to GitHub, and what a person reopened after we had closed it is theirs; earlier generations are
    /// not: at most one pull request of a proposal is open.
    #[must_use]
    pub fn is_orphan(&self, tip: &str) -> bool {
        let is_current = self.standing.generation == self.generation;
        Kind::ClosePullRequest.is_wanted(self.standing, self.generation)
            && self.state != Some(PullRequestState::Merged)
            && !self.is_busy
            && !self.was_given_up
            && !(is_current && self.was_reopened)
            && self.heads.iter().any(|head| head == tip)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{
        super::Status::{Pending, PrMerged, PrOpened, Rejected, Superseded},
        *,
    };

    fn candidate(status: super::super::Status, current: i32) -> Candidate {
        Candidate {
            proposal_id: Uuid::nil(),
            generation: 1,
            branch: "pullwright/proposal-1".to_owned(),
            standing: Standing { status, pull_request: None, generation: current },
            number: Some(7),
            state: Some(PullRequestState::Closed),
            heads: vec!["ours".to_owned(), "older".to_owned()],
            is_busy: false,
            was_given_up: false,
            was_reopened: false,
        }
    }

    #[rstest]
    #[case::rejected(Rejected, 1, true)]
    #[case::superseded(Superseded, 1, true)]
    #[case::an_earlier_generation(PrOpened, 2, true)]
    #[case::an_earlier_generation_of_what_was_merged(PrMerged, 2, true)]
    #[case::on_its_way(Pending, 1, false)]
    #[case::shown(PrOpened, 1, false)]
    #[case::merged(PrMerged, 1, false)]
    fn only_what_no_live_proposal_wants_is_an_orphan(
        #[case] status: super::super::Status,
        #[case] current: i32,
        #[case] is_orphan: bool,
    ) {
        let candidate = candidate(status, current);
        assert_eq!(candidate.is_orphan("ours"), is_orphan);
        assert_eq!(candidate.is_orphan("older"), is_orphan);
        assert!(!candidate.is_orphan("theirs"), "a commit of somebody else's stays");
    }

    #[test]
    fn what_is_under_way_was_given_up_or_belongs_to_people_is_left_alone() {
        let orphan = candidate(Rejected, 1);
        assert!(orphan.is_orphan("ours"));
        for left in [
            Candidate { is_busy: true, ..orphan.clone() },
            Candidate { was_given_up: true, ..orphan.clone() },
            Candidate { was_reopened: true, ..orphan.clone() },
            Candidate { state: Some(PullRequestState::Merged), ..orphan.clone() },
            Candidate { heads: vec![], ..orphan.clone() },
        ] {
            assert!(!left.is_orphan("ours"), "{left:?}");
        }
        let earlier = Candidate { was_reopened: true, ..candidate(PrOpened, 2) };
        assert!(earlier.is_orphan("ours"), "an earlier generation is never opened again");
    }
}
