//! What GitHub says about a pull request, and whether it is news. Pure: it is shown what is known.
//!
//! Deliveries come late, twice and in any order, and a runner reports what it saw in between: one rule orders them all.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::PullRequestState;

/// A `pull_request` event, as far as anybody needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequestEvent {
    /// The event's action, such as `closed`.
    pub action: String,
    /// The pull request's number.
    pub number: i64,
    /// Whether GitHub says that it is merged.
    pub merged: bool,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

/// What somebody saw of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It is open.
    Open,
    /// It is closed and was not merged, or nobody says when it was.
    Closed,
    /// It was merged.
    Merged {
        /// When.
        at: Timestamp,
    },
}

impl Sight {
    /// The state that was seen.
    #[must_use]
    pub const fn state(self) -> PullRequestState {
        match self {
            Self::Open => PullRequestState::Open,
            Self::Closed => PullRequestState::Closed,
            Self::Merged { .. } => PullRequestState::Merged,
        }
    }

    /// When it was merged, if it was.
    #[must_use]
    pub const fn merged_at(self) -> Option<Timestamp> {
        match self {
            Self::Merged { at } => Some(at),
            Self::Open | Self::Closed => None,
        }
    }

    /// A state as somebody names it; a merge without its time counts as closed until somebody knows the time.
    #[must_use]
    pub fn new(state: PullRequestState, merged_at: Option<Timestamp>) -> Self {
        match (state, merged_at) {
            (PullRequestState::Open, _) => Self::Open,
            (PullRequestState::Merged, Some(at)) => Self::Merged { at },
            (PullRequestState::Merged, None) | (PullRequestState::Closed, _) => Self::Closed,
        }
    }
}

impl PullRequestEvent {
    /// What the event lets one see; `None` when it says nothing about open, closed and merged.
    #[must_use]
    pub fn sight(&self) -> Option<Sight> {
        match self.action.as_str() {
            "closed" if self.merged => Some(Sight::new(PullRequestState::Merged, self.merged_at)),
            "closed" => Some(Sight::Closed),
            "reopened" => Some(Sight::Open),
            _ => None,
        }
    }
}

/// What the ledger holds about a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its state; none before anybody reported one.
    pub state: Option<PullRequestState>,
    /// GitHub's `updated_at` of what is known.
    pub updated_at: Option<Timestamp>,
}

/// Whether a sight is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is newer than what is known.
    News,
    /// It says what is known.
    Agrees,
    /// It is older than what is known.
    Stale,
    /// It contradicts what is known, and nothing says which is newer.
    Disputed,
}

/// Orders a sight after or before what is known: merged is final, else a strictly newer `updated_at` wins.
#[must_use]
pub fn judge(known: Known, seen: PullRequestState, updated_at: Option<Timestamp>) -> Verdict {
    use PullRequestState::Merged;
    let Some(state) = known.state else { return Verdict::News };
    match (state, seen) {
        (Merged, Merged) => return Verdict::Agrees,
        (Merged, _) => return Verdict::Stale,
        (_, Merged) => return Verdict::News,
        _ => {}
    }
    match (known.updated_at, updated_at) {
        (Some(known), Some(seen)) if seen > known => Verdict::News,
        (Some(known), Some(seen)) if seen < known => Verdict::Stale,
        (None, Some(_)) => Verdict::News,
        _ if state == seen => Verdict::Agrees,
        _ => Verdict::Disputed,
    }
}

/// Orders GitHub's answer to a change of ours, made just now under the repository's lock: where the stamps, which have whole
/// seconds, do not tell, the answer does.
#[must_use]
pub fn judge_answer(
    known: Known,
    seen: PullRequestState,
    updated_at: Option<Timestamp>,
) -> Verdict {
    match judge(known, seen, updated_at) {
        Verdict::Disputed => Verdict::News,
        verdict => verdict,
    }
}

/// What came of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It changed a proposal, or confirmed what was known.
    Applied,
    /// It needs nothing done.
    Noop,
    /// No proposal has its pull request.
    UnknownPr,
    /// GitHub asked whether we are there.
    Ping,
    /// It is older than what is known, or contradicts it without being newer.
    Stale,
    /// It broke while it was applied.
    Failed,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 6] =
        [Self::Applied, Self::Noop, Self::UnknownPr, Self::Ping, Self::Stale, Self::Failed];

    /// The outcome's name, as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Noop => "noop",
            Self::UnknownPr => "unknown_pr",
            Self::Ping => "ping",
            Self::Stale => "stale",
            Self::Failed => "failed",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::News | Verdict::Agrees => Self::Applied,
            Verdict::Stale | Verdict::Disputed => Self::Stale,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{
        PullRequestState::{Closed, Merged, Open},
        *,
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[rstest]
    #[case::first_word(None, None, Open, Some(1), Verdict::News)]
    #[case::newer_wins(Some(Open), Some(1), Closed, Some(2), Verdict::News)]
    #[case::newer_wins_back(Some(Closed), Some(1), Open, Some(2), Verdict::News)]
    #[case::newer_and_the_same(Some(Open), Some(1), Open, Some(2), Verdict::News)]
    #[case::older_is_stale(Some(Closed), Some(2), Open, Some(1), Verdict::Stale)]
    #[case::older_is_stale_though_the_same(Some(Closed), Some(2), Closed, Some(1), Verdict::Stale)]
    #[case::same_second_same_word(Some(Closed), Some(2), Closed, Some(2), Verdict::Agrees)]
    #[case::same_second_other_word(Some(Closed), Some(2), Open, Some(2), Verdict::Disputed)]
    #[case::merged_is_final(Some(Merged), Some(1), Closed, Some(9), Verdict::Stale)]
    #[case::merged_is_final_when_reopened(Some(Merged), Some(1), Open, Some(9), Verdict::Stale)]
    #[case::merged_again(Some(Merged), Some(1), Merged, Some(9), Verdict::Agrees)]
    #[case::merged_though_older(Some(Closed), Some(9), Merged, Some(1), Verdict::News)]
    #[case::merged_in_the_same_second(Some(Closed), Some(1), Merged, Some(1), Verdict::News)]
    #[case::merged_without_a_stamp(Some(Open), Some(1), Merged, None, Verdict::News)]
    #[case::no_stamp_was_known(Some(Open), None, Closed, Some(1), Verdict::News)]
    #[case::no_stamp_but_agreed(Some(Closed), Some(1), Closed, None, Verdict::Agrees)]
    #[case::no_stamp_and_another_word(Some(Open), Some(1), Closed, None, Verdict::Disputed)]
    #[case::no_stamps_at_all(Some(Open), None, Closed, None, Verdict::Disputed)]
    fn the_order_of_github_is_kept(
        #[case] state: Option<PullRequestState>,
        #[case] known: Option<i64>,
        #[case] seen: PullRequestState,
        #[case] updated_at: Option<i64>,
        #[case] verdict: Verdict,
    ) {
        let known = Known { state, updated_at: known.map(at) };
        assert_eq!(judge(known, seen, updated_at.map(at)), verdict);
    }

    #[test]
    fn an_answer_to_our_own_change_decides_within_the_second_and_not_against_a_merge() {
        let known = |state| Known { state: Some(state), updated_at: Some(at(1)) };
        assert_eq!(judge_answer(known(Open), Closed, Some(at(1))), Verdict::News);
        assert_eq!(judge_answer(known(Open), Closed, Some(at(0))), Verdict::Stale);
        assert_eq!(judge_answer(known(Merged), Closed, Some(at(1))), Verdict::Stale);
    }

    #[rstest]
    #[case::merged("closed", true, Some(5), Some(Sight::Merged { at: at(5) }))]
    #[case::merged_some_time("closed", true, None, Some(Sight::Closed))]
    #[case::closed("closed", false, None, Some(Sight::Closed))]
    #[case::not_merged_whatever_the_time_says("closed", false, Some(5), Some(Sight::Closed))]
    #[case::reopened("reopened", false, None, Some(Sight::Open))]
    #[case::something_else("synchronize", false, None, None)]
    #[case::something_else_of_a_merged_one("labeled", true, Some(5), None)]
    #[case::another_spelling("Closed", true, Some(5), None)]
    fn an_event_shows_what_became_of_the_pull_request(
        #[case] action: &str,
        #[case] merged: bool,
        #[case] merged_at: Option<i64>,
        #[case] sight: Option<Sight>,
    ) {
        let event = PullRequestEvent {
            action: action.to_owned(),
            number: 1,
            merged,
            merged_at: merged_at.map(at),
            updated_at: None,
        };
        assert_eq!(event.sight(), sight);
    }

    #[test]
    fn every_outcome_is_found_by_its_name() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
        }
    }
}
