//! What happens to the pull requests on GitHub: closed, reopened, merged, in an order that follows from the seed.

use pullwright_forge::{PullChange, PullStep};

use crate::dice::Dice;

/// How many of a hundred that could be closed are merged instead.
const MERGED_PERCENT: usize = 5;

/// A pull request by its place in the list of all.
pub(super) type Index = usize;

/// What happens, in order.
#[derive(Debug, Clone)]
pub(super) struct Changes(Vec<(Index, PullStep)>);

/// How often something happened to one pull request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) closed: usize,
    pub(super) reopened: usize,
    pub(super) merged: usize,
}

impl Changes {
    /// So many changes of so many pull requests, all open at first. The last one that is not merged stays so.
    pub(super) fn new(dice: &mut Dice, events: usize, pulls: usize) -> Self {
        let mut open = vec![true; pulls];
        let mut living: Vec<Index> = (0..pulls).collect();
        let mut changes = Vec::with_capacity(events);
        for _ in 0..events {
            let place = dice.below(living.len());
            let index = living[place];
            let step = match open[index] {
                false => PullStep::Reopen,
                true if living.len() > 1 && dice.percent(MERGED_PERCENT) => PullStep::Merge,
                true => PullStep::Close,
            };
            open[index] = step == PullStep::Reopen;
            if step == PullStep::Merge {
                living.swap_remove(place);
            }
            changes.push((index, step));
        }
        Self(changes)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// As the forge wants them; `of` names repository and number.
    pub(super) fn steps<'a>(
        &'a self,
        of: impl Fn(Index) -> (String, u64) + 'a,
    ) -> impl Iterator<Item = PullChange> + 'a {
        self.0.iter().map(move |(index, step)| {
            let (repository, number) = of(*index);
            PullChange::new(repository, number, *step)
        })
    }

    /// How often each happened to one pull request.
    pub(super) fn counted(&self, pull: Index) -> Counted {
        let mut counted = Counted::default();
        for (_, step) in self.0.iter().filter(|(index, _)| *index == pull) {
            match step {
                PullStep::Close => counted.closed += 1,
                PullStep::Reopen => counted.reopened += 1,
                PullStep::Merge => counted.merged += 1,
            }
        }
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_a_legal_one() {
        let changes = Changes::new(&mut Dice::new(1, 1), 2_000, 50);
        let mut state = [PullStep::Reopen; 50];
        for (index, step) in &changes.0 {
            let is_legal = match step {
                PullStep::Reopen => state[*index] == PullStep::Close,
                PullStep::Close | PullStep::Merge => state[*index] == PullStep::Reopen,
            };
            assert!(is_legal, "{index}: {:?} then {step:?}", state[*index]);
            state[*index] = *step;
        }
        assert_eq!(changes.len(), 2_000);
        assert!(state.contains(&PullStep::Merge));
    }
}
