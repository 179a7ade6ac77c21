//! The exact decimal value of a number token: nothing is rounded. It does not know of floats.

/// The value of a number, in a form in which equal values are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decimal<'a> {
    /// Zero of either sign.
    Zero,
    /// `digits` × 10^`exponent`, the digits without zeros at either end.
    Exact { negative: bool, digits: String, exponent: i64 },
    /// A number whose exponent needs more than 18 digits; equal only when spelled equal.
    Vast(&'a str),
}

impl<'a> Decimal<'a> {
    /// Reads a number token that the lexer has passed.
    pub(super) fn of(token: &'a str) -> Self {
        let (mantissa, power) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
        let negative = mantissa.starts_with('-');
        let mantissa = mantissa.trim_start_matches('-');
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));

        let digits = [whole, fraction].concat();
        let significant = digits.trim_end_matches('0');
        let trailing_zeros = digits.len() - significant.len();
        let significant = significant.trim_start_matches('0');
        if significant.is_empty() {
            return Self::Zero;
        }
        let Some(power) = small_power(power) else { return Self::Vast(token) };
        let shift = trailing_zeros as i64 - fraction.len() as i64;
        Self::Exact { negative, digits: significant.to_owned(), exponent: power + shift }
    }
}

fn small_power(text: &str) -> Option<i64> {
    let digits = text.trim_start_matches(['+', '-']).trim_start_matches('0');
    if digits.is_empty() {
        return Some(0);
    }
    if digits.len() > 18 {
        return None;
    }
    let size: i64 = digits.parse().ok()?;
    Some(if text.starts_with('-') { -size } else { size })
}
