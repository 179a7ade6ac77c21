//! The bootstrap interval of a mean, number for number what numpy computes with `default_rng(42)`.

use std::ops::RangeInclusive;

use super::random::Numpy;

/// How often the queries are drawn anew.
const RESAMPLES: usize = 1000;
const SEED: u32 = 42;
/// The ends, as parts of the resamples that lie below them.
const ENDS: (f64, f64) = (0.025, 0.975);
/// Fewer queries say nothing; the work for more of them would be in everybody's way.
const QUERIES: RangeInclusive<usize> = 5..=10_000;

/// A mean with its 95 % bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean of the values.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How many queries.
    pub query_count: usize,
}

/// The interval of these values' mean; none for fewer than 5 or more than 10,000 of them, or when a mean is not finite.
pub(super) fn of(values: &[f64]) -> Option<Interval> {
    if !QUERIES.contains(&values.len()) {
        return None;
    }
    let value = mean(values.iter().copied());
    let bound = u32::try_from(values.len()).ok()?;
    let mut random = Numpy::seeded(SEED);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| mean((0..values.len()).map(|_| values[random.below(bound) as usize])))
        .collect();
    means.sort_by(f64::total_cmp);
    let (low, high) = (percentile(&means, ENDS.0), percentile(&means, ENDS.1));
    let is_finite = [value, low, high].into_iter().all(f64::is_finite);
    is_finite.then_some(Interval { value, low, high, query_count: values.len() })
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// The value below which `part` of the sorted values lie, linear between neighbours: numpy's default method.
fn percentile(sorted: &[f64], part: f64) -> f64 {
    let at = part * (sorted.len() - 1) as f64;
    let below = at.floor();
    let (one, other) = (sorted[below as usize], sorted[at.ceil() as usize]);
    one + (other - one) * (at - below)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Made with numpy 2.4.6 from `values = [(i * 37) % 101 / 100 for i in range(n)]`:
    /// `m = values[default_rng(42).integers(0, n, size=(1000, n))].mean(axis=1)`; `np.percentile(m, [2.5, 97.5])`.
    const NUMPY: [(usize, f64, f64, f64); 4] = [
        (5, 0.336, 0.114, 0.558),
        (7, 0.388_571_428_571_428_57, 0.177_142_857_142_857_13, 0.614_285_714_285_714_2),
        (50, 0.5002, 0.419, 0.582_445),
        (1000, 0.5001, 0.480_954_5, 0.517_635_25),
    ];

    #[test]
    fn an_interval_is_the_one_that_numpy_gives() {
        for (count, value, low, high) in NUMPY {
            let values: Vec<f64> = (0..count).map(|i| (i * 37 % 101) as f64 / 100.0).collect();
            let interval = of(&values).unwrap();
            for (ours, theirs) in
                [(interval.value, value), (interval.low, low), (interval.high, high)]
            {
                assert!((ours - theirs).abs() < 1e-12, "{count}: {ours} is not {theirs}");
            }
            assert_eq!(interval.query_count, count);
        }
    }

    #[test]
    fn too_few_and_too_many_values_and_overflows_have_no_interval() {
        assert_eq!(of(&[0.5; 4]), None);
        assert_eq!(of(&vec![0.5; 10_001]), None);
        assert_eq!(of(&[f64::MAX; 5]), None);
        assert_eq!(of(&[f64::NAN; 5]), None);
        assert!(of(&[0.5; 5]).is_some());
    }

    proptest! {
        #[test]
        fn an_interval_lies_between_the_least_and_the_largest_value(
            values in proptest::collection::vec(-1.0..1.0, 5..40),
        ) {
            let interval = of(&values).unwrap();
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert!(least - 1e-12 <= interval.low && interval.low <= interval.high);
            prop_assert!(interval.high <= largest + 1e-12);
            prop_assert_eq!(of(&values), Some(interval));
        }
    }
}
