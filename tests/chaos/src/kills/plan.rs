//! Who is killed when, from the dice alone. It knows no process.

use std::time::Duration;

use super::Victim;
use crate::dice::Dice;

/// How finely the way is divided.
const THOUSAND: usize = 1_000;

/// One death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kill {
    pub(super) victim: Victim,
    /// After so many thousandths of the way.
    pub(super) after: usize,
    /// How long it is down.
    pub(super) down: Duration,
}

/// Who is killed when, the first at first. When is a share of the way, so that a slow machine is not spared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan(pub(super) Vec<Kill>);

impl Plan {
    /// Each of these is killed so often, spread over the whole way; several may be down at the same time.
    pub(crate) fn new(dice: &mut Dice, victims: &[Victim], kills: usize) -> Self {
        let span = THOUSAND / kills.max(1);
        let mut plan = Vec::new();
        for victim in victims {
            for kill in 0..kills {
                let (shortest, longest) = victim.down_ms();
                let down = shortest + dice.below(longest - shortest);
                plan.push(Kill {
                    victim: *victim,
                    after: span * kill + dice.below(span),
                    down: Duration::from_millis(u64::try_from(down).unwrap_or(u64::MAX)),
                });
            }
        }
        plan.sort_by_key(|kill| kill.after);
        Self(plan)
    }
}

#[cfg(test)]
mod tests {
    use pullwright_harness::Service;

    use super::*;

    const VICTIMS: [Victim; 2] = [Victim::Service(Service::Ingress), Victim::Postgres];

    #[test]
    fn each_is_killed_as_often_as_asked_and_in_every_part_of_the_way() {
        for seed in 0..50 {
            let plan = Plan::new(&mut Dice::new(seed, 1), &VICTIMS, 4);
            for victim in VICTIMS {
                let parts: Vec<_> = plan
                    .0
                    .iter()
                    .filter(|kill| kill.victim == victim)
                    .map(|kill| kill.after / 250)
                    .collect();
                assert_eq!(parts, [0, 1, 2, 3], "seed {seed}");
            }
        }
    }

    #[test]
    fn one_seed_gives_one_plan() {
        let plan = |seed| Plan::new(&mut Dice::new(seed, 1), &VICTIMS, 3);
        assert_eq!(plan(7), plan(7));
        assert_ne!(plan(7), plan(8));
    }
}
