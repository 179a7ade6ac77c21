//! Numbers for people: no noise digits, no exponent where a plain number is readable.

/// A number with at most `digits` significant digits, spelled as short as possible; `n/a` when it is not finite.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "n/a".to_owned();
    }
    let rounded: f64 = format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value);
    if rounded == 0.0 {
        "0".to_owned()
    } else if (1e-5..1e12).contains(&rounded.abs()) {
        rounded.to_string()
    } else {
        format!("{rounded:e}")
    }
}

/// A metric's value.
pub(super) fn metric(value: f64) -> String {
    significant(value, 6)
}

/// A value to three decimals: `0.487`.
pub(super) fn thousandths(value: f64) -> String {
    if !value.is_finite() {
        return "n/a".to_owned();
    }
    match format!("{value:.3}").as_str() {
        "-0.000" => "0.000".to_owned(),
        _ if value.abs() >= 1e12 => significant(value, 6),
        plain => plain.to_owned(),
    }
}

/// A relative change that is given in per cent, with its sign: `+18.2 %`.
pub(super) fn percent(value: f64) -> String {
    if !value.is_finite() {
        return "n/a".to_owned();
    }
    match format!("{value:+.1}").as_str() {
        "+0.0" | "-0.0" => "0.0 %".to_owned(),
        _ if value.abs() >= 1e6 => format!("{value:+.1e} %"),
        plain => format!("{plain} %"),
    }
}

/// A time that is given in milliseconds; `n/a` when it was not measured.
pub(super) fn duration(ms: i64) -> String {
    let seconds = ms / 1000;
    match ms {
        ..=0 => "n/a".to_owned(),
        1..1000 => format!("{ms} ms"),
        1000..60_000 => format!("{seconds}.{} s", ms % 1000 / 100),
        60_000..3_600_000 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_plain() {
        for (value, text) in [
            (0.1 + 0.2, "0.3"),
            (0.412, "0.412"),
            (0.123_456_789, "0.123457"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (-0.0, "0"),
            (1e-300, "1e-300"),
            (0.000_012, "0.000012"),
            (1_234_567.0, "1234570"),
            (f64::MAX, "1.79769e308"),
            (f64::NAN, "n/a"),
            (f64::NEG_INFINITY, "n/a"),
        ] {
            assert_eq!(metric(value), text);
        }
        assert_eq!(significant(0.818_181, 3), "0.818");
    }

    #[test]
    fn thousandths_have_three_decimals() {
        for (value, text) in [
            (0.487, "0.487"),
            (0.1 + 0.2, "0.300"),
            (-0.0004, "0.000"),
            (-1.5, "-1.500"),
            (f64::MAX, "1.79769e308"),
            (f64::NAN, "n/a"),
        ] {
            assert_eq!(thousandths(value), text);
        }
    }

    #[test]
    fn changes_have_a_sign_and_one_decimal() {
        for (value, text) in [
            (18.203_883, "+18.2 %"),
            (-3.0, "-3.0 %"),
            (-0.04, "0.0 %"),
            (0.0, "0.0 %"),
            (2.5e9, "+2.5e9 %"),
            (f64::INFINITY, "n/a"),
        ] {
            assert_eq!(percent(value), text);
        }
    }

    #[test]
    fn times_are_in_the_unit_that_people_would_choose() {
        for (ms, text) in [
            (i64::MIN, "n/a"),
            (0, "n/a"),
            (850, "850 ms"),
            (1_210, "1.2 s"),
            (59_999, "59.9 s"),
            (61_000, "1 min 1 s"),
            (7_290_000, "2 h 1 min"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }
}
