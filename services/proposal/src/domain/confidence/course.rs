//! What the course of the trials tells: is the winner alone at the top, how much do late trials scatter, when did it come.

use super::{ROUNDING, Score, Scores};

/// Trials whose values differ by at most this are equally good.
const PLATEAU: f64 = 0.005;
/// How many of the best trials must be equally good for a plateau.
const TOP: usize = 10;
/// Fewest complete trials for a scatter.
const FEWEST_FOR_SIGMA: usize = 10;
/// Fewest complete trials for a convergence.
const FEWEST_FOR_CONVERGENCE: usize = 3;
/// Fewest late trials; there are more when a fifth of all is more.
const FEWEST_LATE: usize = 5;

/// How far ahead of the runner-up the winner is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// The difference of their values, never negative.
    pub gap: f64,
    /// What the top looks like.
    pub shape: Shape,
}

/// What the top of a ranking looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Some of the best ten are clearly worse than the winner.
    SharpPeak,
    /// The best ten are equally good.
    RobustPlateau,
}

impl Shape {
    /// The shape's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SharpPeak => "sharp_peak",
            Self::RobustPlateau => "robust_plateau",
        }
    }
}

/// When the best trial came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convergence {
    /// What that says.
    pub regime: Regime,
    /// The best trial's number.
    pub best_trial: i32,
    /// The highest number of a complete trial, plus 1.
    pub trial_count: i32,
}

/// How a search came to its best trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regime {
    /// In its first half, and a trial of the last quarter is equally good.
    EarlyHeld,
    /// In its last tenth.
    LateRising,
    /// Neither.
    Noisy,
}

impl Regime {
    /// The regime's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EarlyHeld => "early_held",
            Self::LateRising => "late_rising",
            Self::Noisy => "noisy",
        }
    }
}

/// The gap between the best two, and whether the best ten lie on a plateau.
pub(super) fn runner_up_gap(scores: &Scores) -> Option<Gap> {
    let top = scores.best(TOP);
    let [winner, runner_up, ..] = top else { return None };
    let behind = |score: &Score| (winner.value - score.value).abs();
    let gap = behind(runner_up);
    let shape = if top.iter().all(|score| is_equally_good(behind(score))) {
        Shape::RobustPlateau
    } else {
        Shape::SharpPeak
    };
    gap.is_finite().then_some(Gap { gap, shape })
}

/// The sample standard deviation of the last trials, by number.
pub(super) fn late_trial_sigma(scores: &Scores) -> Option<f64> {
    let all = scores.by_number();
    if all.len() < FEWEST_FOR_SIGMA {
        return None;
    }
    let late = &all[all.len() - (all.len() / 5).max(FEWEST_LATE)..];
    let count = late.len() as f64;
    let mean = late.iter().map(|score| score.value).sum::<f64>() / count;
    let squares: f64 = late.iter().map(|score| (score.value - mean).powi(2)).sum();
    let sigma = (squares / (count - 1.0)).sqrt();
    sigma.is_finite().then_some(sigma)
}

/// When the best trial came, and whether the search held what it had.
pub(super) fn convergence(scores: &Scores) -> Option<Convergence> {
    let all = scores.by_number();
    if all.len() < FEWEST_FOR_CONVERGENCE {
        return None;
    }
    let winner = scores.winner();
    let highest = all.last()?.number;
    // In whole numbers: no limit is missed by a rounding.
    let (at, end) = (i64::from(winner.number), i64::from(highest));
    let is_held = || {
        all.iter()
            .filter(|score| i64::from(score.number) * 4 >= end * 3)
            .any(|score| is_equally_good((winner.value - score.value).abs()))
    };
    let regime = if at * 10 >= end * 9 {
        Regime::LateRising
    } else if at * 2 <= end && is_held() {
        Regime::EarlyHeld
    } else {
        Regime::Noisy
    };
    Some(Convergence { regime, best_trial: winner.number, trial_count: highest.saturating_add(1) })
}

fn is_equally_good(distance: f64) -> bool {
    distance <= PLATEAU + ROUNDING
}
