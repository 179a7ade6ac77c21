//! The values of a study's trials, and which trial won.

use crate::domain::Direction;

/// The value of a complete trial other than the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The trial's number.
    pub number: i32,
    /// Its value of the objective.
    pub value: f64,
}

/// The values of the complete trials other than the baseline; there is at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    by_number: Vec<Score>,
    /// The best first; of equals the one with the lower number, as everywhere in the ledger.
    ranked: Vec<Score>,
}

impl Scores {
    /// Ranks scores in whatever order; none when no trial has a finite value.
    #[must_use]
    pub fn ranked(direction: Direction, scores: impl IntoIterator<Item = Score>) -> Option<Self> {
        let mut by_number: Vec<_> =
            scores.into_iter().filter(|score| score.value.is_finite()).collect();
        by_number.sort_by_key(|score| score.number);
        let mut ranked = by_number.clone();
        // `+ 0.0` makes one zero of two, which would not be equals for `total_cmp`.
        let value = |score: &Score| score.value + 0.0;
        ranked.sort_by(|one, other| match direction {
            Direction::Maximize => value(other).total_cmp(&value(one)),
            Direction::Minimize => value(one).total_cmp(&value(other)),
        });
        (!ranked.is_empty()).then_some(Self { by_number, ranked })
    }

    /// The best trial.
    #[must_use]
    pub fn winner(&self) -> Score {
        self.ranked[0]
    }

    /// The second best trial.
    #[must_use]
    pub fn runner_up(&self) -> Option<Score> {
        self.ranked.get(1).copied()
    }

    /// The best `most` trials, the best first.
    pub(super) fn best(&self, most: usize) -> &[Score] {
        &self.ranked[..most.min(self.ranked.len())]
    }

    /// All trials, by number.
    pub(super) fn by_number(&self) -> &[Score] {
        &self.by_number
    }
}
