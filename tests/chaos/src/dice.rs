//! Chance that can be repeated.

use rand_pcg::{Pcg64, rand_core::Rng as _};

/// Numbers that look random and follow from a seed.
pub(crate) struct Dice(Pcg64);

impl Dice {
    /// The dice of one purpose, so that what one part draws moves nothing in another.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        Self(Pcg64::new(seed.into(), purpose.into()))
    }

    /// A number below `sides`, which is at least 1.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides).unwrap_or(u64::MAX).max(1);
        // The high bits decide; the error is far below what anybody can see.
        let scaled = (u128::from(self.0.next_u64()) * u128::from(sides)) >> 64;
        usize::try_from(scaled).unwrap_or_default()
    }

    /// Whether one of so many in a hundred happens.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_and_purpose_give_one_course() {
        let course = |seed, purpose| {
            let mut dice = Dice::new(seed, purpose);
            (0..50).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(course(1, 1), course(1, 1));
        assert_ne!(course(1, 1), course(2, 1));
        assert_ne!(course(1, 1), course(1, 2));
        assert!(course(3, 1).into_iter().all(|number| number < 1000));
    }
}
