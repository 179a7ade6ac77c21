//! Parameter importance in words, where no chart could be made of it.

use std::collections::BTreeMap;

use super::{markdown, number, table::Table};

/// Said where there is nothing to show.
pub(super) const UNAVAILABLE: &str = "Parameter importance unavailable.";
/// How many parameters the table shows.
const SHOWN: usize = 5;
const ROOM: usize = 3_000;
const LONGEST_NAME: usize = 100;

/// The most important parameters as a table, or that there are none.
pub(super) fn table(importance: &BTreeMap<String, f64>) -> String {
    let ranked = ranked(importance);
    if ranked.is_empty() {
        return UNAVAILABLE.to_owned();
    }
    let mut table = Table::new(&["Parameter", "Importance"], ROOM);
    for (name, value) in ranked.iter().take(SHOWN) {
        table.row(&[markdown::code(name, LONGEST_NAME), number::significant(*value, 3)]);
    }
    let table = table.finish("parameters");
    match ranked.len().saturating_sub(SHOWN) {
        0 => table,
        more => format!("{table}\n\nThe {SHOWN} most important; {more} more are not shown."),
    }
}

/// The parameters from the most to the least important, equals by name; values that are no numbers come last.
pub(super) fn ranked(importance: &BTreeMap<String, f64>) -> Vec<(&str, f64)> {
    let mut ranked: Vec<(&str, f64)> =
        importance.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let order = |value: f64| if value.is_finite() { value } else { f64::NEG_INFINITY };
    ranked.sort_by(|(one, a), (other, b)| {
        order(*b).total_cmp(&order(*a)).then_with(|| one.cmp(other))
    });
    ranked
}
