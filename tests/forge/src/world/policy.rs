//! Mischief with deliveries: what share of them suffers what. The draws are pure: the same seed and number of a
//! delivery give the same fate.

use serde::{Deserialize, Serialize};

/// What happens to deliveries; shares are percents of them, drawn independently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeliveryPolicy {
    /// Never sent; the log says that the host was not reached.
    pub drop_percent: u8,
    /// Sent twice at the same time, under one entry of the log.
    pub double_percent: u8,
    /// Never sent, and in no log either.
    pub vanish_percent: u8,
    /// Sent later.
    pub delay_percent: u8,
    /// How much later, milliseconds, from the first to the second.
    pub delay_ms: (u64, u64),
    /// How many wait together to be sent in another order; 0 and 1 keep the order.
    pub reorder_window: usize,
    /// How many are on the way to one hook at the same time; at least 1.
    pub concurrency: usize,
    /// Where the draws begin.
    pub seed: u64,
    /// Whether deliveries that somebody asked for again suffer as well.
    pub redeliveries: bool,
}

impl Default for DeliveryPolicy {
    fn default() -> Self {
        Self {
            drop_percent: 0,
            double_percent: 0,
            vanish_percent: 0,
            delay_percent: 0,
            delay_ms: (0, 0),
            reorder_window: 0,
            concurrency: 1,
            seed: 0,
            redeliveries: false,
        }
    }
}

/// A policy and what it did so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// The policy.
    pub policy: DeliveryPolicy,
    /// Deliveries that had their fate drawn.
    pub drawn: u64,
    /// Those that were dropped.
    pub dropped: u64,
    /// Those that were sent twice.
    pub doubled: u64,
    /// Those that vanished.
    pub vanished: u64,
    /// Those that were sent later.
    pub delayed: u64,
}

/// What becomes of one delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    /// It is not sent.
    pub(crate) dropped: bool,
    /// It is neither sent nor logged.
    pub(crate) vanished: bool,
    /// It is sent twice.
    pub(crate) doubled: bool,
    /// It is sent so many milliseconds later.
    pub(crate) delay_ms: u64,
}

impl PolicyRecord {
    /// Begins with a policy.
    pub(crate) fn new(policy: DeliveryPolicy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// Draws the fate of the next delivery and counts it.
    pub(crate) fn draw(&mut self) -> Fate {
        let policy = &self.policy;
        let number = self.drawn;
        let hit =
            |kind: u64, percent: u8| draw(policy.seed, number, kind) % 100 < u64::from(percent);
        let (first, last) = policy.delay_ms;
        let span = last.saturating_sub(first).saturating_add(1);
        let vanished = hit(1, policy.vanish_percent);
        let dropped = !vanished && hit(2, policy.drop_percent);
        let sent = !vanished && !dropped;
        let doubled = sent && hit(3, policy.double_percent);
        let delayed = sent && hit(4, policy.delay_percent);
        let delay_ms = match delayed {
            true => first + draw(policy.seed, number, 5) % span,
            false => 0,
        };
        self.drawn += 1;
        self.dropped += u64::from(dropped);
        self.vanished += u64::from(vanished);
        self.doubled += u64::from(doubled);
        self.delayed += u64::from(delayed);
        Fate { dropped, vanished, doubled, delay_ms }
    }

    /// Chooses which of the waiting deliveries leaves first.
    pub(crate) fn choose(&self, waiting: usize) -> usize {
        let waiting = u64::try_from(waiting).unwrap_or(u64::MAX).max(1);
        let chosen = draw(self.policy.seed, self.drawn, 6) % waiting;
        usize::try_from(chosen).unwrap_or_default()
    }
}

/// A number that looks random: the finaliser of SplitMix64 over seed, number and kind.
fn draw(seed: u64, number: u64, kind: u64) -> u64 {
    let mut z = seed
        .wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_add(kind.wrapping_mul(0xd1b5_4a32_d192_ed03));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(seed: u64) -> DeliveryPolicy {
        DeliveryPolicy {
            drop_percent: 20,
            double_percent: 10,
            vanish_percent: 5,
            delay_percent: 30,
            delay_ms: (10, 20),
            seed,
            ..DeliveryPolicy::default()
        }
    }

    #[test]
    fn one_seed_gives_one_course_of_events() {
        let course = |seed| {
            let mut record = PolicyRecord::new(policy(seed));
            (0..1000).map(|_| record.draw()).collect::<Vec<Fate>>()
        };
        assert_eq!(course(1), course(1));
        assert_ne!(course(1), course(2));
    }

    #[test]
    fn shares_are_about_what_was_asked_for() {
        let mut record = PolicyRecord::new(policy(7));
        for _ in 0..10_000 {
            let fate = record.draw();
            assert!(fate.delay_ms == 0 || (10..=20).contains(&fate.delay_ms));
        }
        assert!((1700..2100).contains(&record.dropped), "{record:?}");
        assert!((400..600).contains(&record.vanished), "{record:?}");
        assert!((600..900).contains(&record.doubled), "{record:?}");
        assert!((2000..2600).contains(&record.delayed), "{record:?}");
    }

    #[test]
    fn nothing_happens_by_default() {
        let mut record = PolicyRecord::default();
        assert_eq!(record.draw(), Fate::default());
    }
}
