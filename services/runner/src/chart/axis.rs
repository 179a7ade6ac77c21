//! The scale below the bars: round numbers, found without any function whose last digit depends on the machine.

/// Below this every bar is shown as nothing, and the scale ends at 1: shares of a whole are never this small.
const LEAST: f64 = 1e-9;

/// A scale from 0 to its end.
pub(super) struct Axis {
    /// The largest value; its bar fills the width.
    pub(super) end: f64,
    /// Where the scale is marked, ascending from 0; at most six.
    pub(super) marks: Vec<f64>,
}

impl Axis {
    /// The scale on which `largest` is the end.
    pub(super) fn up_to(largest: f64) -> Self {
        let end = if largest > LEAST { largest } else { 1.0 };
        let step = step(end / 5.0);
        let marks = (0..6).map(|n| f64::from(n) * step).take_while(|mark| *mark <= end).collect();
        Self { end, marks }
    }

    /// The share of the width that a value takes, 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        (value / self.end).clamp(0.0, 1.0)
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is at least `rough`.
fn step(rough: f64) -> f64 {
    let text = format!("{rough:e}");
    let power = text.split_once('e').map_or("0", |(_, power)| power);
    ["1", "2", "5"]
        .into_iter()
        .filter_map(|digit| format!("{digit}e{power}").parse::<f64>().ok())
        .find(|step| *step >= rough)
        .unwrap_or_else(|| format!("1e{power}").parse::<f64>().map_or(rough, |power| power * 10.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_have_round_marks_up_to_the_largest_value() {
        for (largest, step, marks) in
            [(1.0, 0.2, 6), (0.82, 0.2, 5), (0.011, 0.005, 3), (100.0, 20.0, 6), (3e300, 1e300, 4)]
        {
            let axis = Axis::up_to(largest);
            assert_eq!((axis.marks[1], axis.marks.len()), (step, marks), "{largest}");
            assert_eq!(axis.end, largest);
        }
    }

    #[test]
    fn nothing_and_almost_nothing_have_a_scale_too() {
        for largest in [0.0, 5e-324, 1e-12] {
            assert_eq!(Axis::up_to(largest).end, 1.0);
        }
        assert_eq!(Axis::up_to(f64::MAX).share(f64::MAX), 1.0);
    }
}
