//! Whole numbers. JSON has one kind of number, so `5.0` is 5, as JSON Schema has it, too.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Unexpected, Visitor},
};

/// The largest number up to which every whole one is a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A whole number, however it is written.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whole<T>(pub(crate) T);

impl<'de, T: TryFrom<i64>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(WholeVisitor(PhantomData))
    }
}

struct WholeVisitor<T>(PhantomData<T>);

impl<T: TryFrom<i64>> Visitor<'_> for WholeVisitor<T> {
    type Value = Whole<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number of {} bits", size_of::<T>() * 8)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Whole<T>, E> {
        let refused = || E::invalid_value(Unexpected::Signed(number), &self);
        T::try_from(number).map(Whole).map_err(|_| refused())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Whole<T>, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Whole<T>, E> {
        if number.fract() != 0.0 || number.abs() > EXACT {
            return Err(E::invalid_value(Unexpected::Float(number), &self));
        }
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and within 2^53")]
        self.visit_i64(number as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_may_have_a_point() {
        for (text, number) in
            [("5", 5), ("5.0", 5), ("-0", 0), ("1e2", 100), ("2147483647", i32::MAX)]
        {
            assert_eq!(serde_json::from_str::<Whole<i32>>(text).expect(text).0, number);
        }
        for text in ["5.5", "2147483648", "1e300", "\"5\"", "null", "true", "99999999999999999999"]
        {
            let told = serde_json::from_str::<Whole<i32>>(text).expect_err(text).to_string();
            assert!(told.contains("a whole number of 32 bits"), "{text}: {told}");
        }
    }
}
