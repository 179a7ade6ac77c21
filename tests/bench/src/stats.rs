//! Medians, percentiles and maxima. Knows no unit.

use serde_json::{Value, json};

/// Samples of one thing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn add(&mut self, sample: f64) {
        self.0.push(sample);
    }

    /// The middle sample, the mean of both middle ones when their number is even; 0 without samples.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        match sorted.len() {
            0 => 0.0,
            n if n % 2 == 1 => sorted[n / 2],
            n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
        }
    }

    /// The smallest sample that at least this share of all does not exceed; 0 without samples.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let below = sorted.iter().zip(1_u32..).find(|(_, number)| {
            f64::from(*number) >= share * u32::try_from(sorted.len()).map_or(f64::MAX, f64::from)
        });
        below.map_or(0.0, |(sample, _)| *sample)
    }

    /// All samples of several.
    pub(crate) fn pooled<'a>(several: impl IntoIterator<Item = &'a Self>) -> Self {
        Self(several.into_iter().flat_map(|one| one.0.iter().copied()).collect())
    }

    /// The largest sample; 0 without samples.
    pub(crate) fn max(&self) -> f64 {
        self.0.iter().copied().fold(0.0, f64::max)
    }

    pub(crate) fn json(&self) -> Value {
        json!({"median": round(self.median()), "max": round(self.max()), "samples": self.0.iter().map(|s| round(*s)).collect::<Vec<_>>()})
    }
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64]) -> Samples {
        Samples(values.to_vec())
    }

    #[test]
    fn a_percentile_is_a_sample_that_so_many_do_not_exceed() {
        let hundred = Samples((1..=100).rev().map(f64::from).collect());
        assert!((hundred.percentile(0.99) - 99.0).abs() < f64::EPSILON);
        assert!((samples(&[3.0, 1.0]).percentile(0.99) - 3.0).abs() < f64::EPSILON);
        assert!(Samples::default().percentile(0.99).abs() < f64::EPSILON);
        let both = Samples::pooled([&samples(&[1.0]), &samples(&[5.0])]);
        assert!(
            (both.max() - 5.0).abs() < f64::EPSILON && (both.median() - 3.0).abs() < f64::EPSILON
        );
    }

    #[test]
    fn the_median_is_the_middle_and_not_the_mean() {
        assert!((samples(&[9.0, 1.0, 2.0]).median() - 2.0).abs() < f64::EPSILON);
        assert!((samples(&[100.0, 1.0, 2.0, 4.0]).median() - 3.0).abs() < f64::EPSILON);
        assert!(samples(&[]).median().abs() < f64::EPSILON);
        assert!((samples(&[1.0, 7.0]).max() - 7.0).abs() < f64::EPSILON);
    }
}
