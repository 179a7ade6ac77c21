//! Lists of rows that are all at hand, and the meaning of filters and orders in plain Rust.

use std::cmp::Ordering;

use super::{Comparison, Cursor, Direction, Key, List, Operator, Order, Page, Value};

impl Comparison {
    /// Whether a row with this value of the field is meant; a row without one never is.
    #[must_use]
    pub fn holds(&self, value: Option<&Value>) -> bool {
        value.is_some_and(|value| match self.operator {
            Operator::Equal => *value == self.value,
            Operator::AtLeast => *value >= self.value,
        })
    }
}

impl Order {
    /// Which of two places comes first; texts are compared by their bytes.
    #[must_use]
    pub fn compare(&self, one: &Cursor, other: &Cursor) -> Ordering {
        let turn = |ordering: Ordering| match self.direction {
            Direction::Ascending => ordering,
            Direction::Descending => ordering.reverse(),
        };
        match self.sort.key {
            Key::Id => turn(one.id.cmp(&other.id)),
            // No value is smaller than any.
            Key::Value { .. } => turn(one.value.cmp(&other.value)).then(other.id.cmp(&one.id)),
        }
    }
}

impl List {
    /// The wanted page of `rows`, and how many of them pass the filter. `value` gives a row's value of a field or a sort.
    pub fn of_all<R>(
        &self,
        rows: impl IntoIterator<Item = R>,
        id: impl Fn(&R) -> Value,
        value: impl Fn(&R, &str) -> Option<Value>,
    ) -> (Page<R>, i64) {
        let sort = self.order.sort;
        let place = |row: &R| match sort.key {
            Key::Id => Cursor::new(None, id(row)),
            Key::Value { .. } => Cursor::new(value(row, sort.name), id(row)),
        };
        let passes = |row: &R| {
            self.filter
                .iter()
                .all(|comparison| comparison.holds(value(row, comparison.field).as_ref()))
        };
        let mut rows: Vec<_> =
            rows.into_iter().filter(passes).map(|row| (place(&row), row)).collect();
        let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        rows.sort_by(|(one, _), (other, _)| self.order.compare(one, other));
        if let Some(after) = &self.after {
            rows.retain(|(place, _)| self.order.compare(place, after) == Ordering::Greater);
        }
        (self.page(rows, |(place, _)| place.clone()).map(|(_, row)| row), total)
    }
}
