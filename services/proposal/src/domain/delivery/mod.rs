//! What GitHub says about a pull request, and whether it is news. Pure: it is shown what is known.
//!
//! Deliveries come late, twice and in any order, and a runner reports what it saw in between: one rule orders them all.

pub mod again;
mod order;
mod outcome;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::PullRequestState;

pub use order::{Known, Verdict, judge, judge_answer, plain};
pub use outcome::{BodyEncoding, HookKind, Outcome};

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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
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
}
