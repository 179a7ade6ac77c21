//! The totals that the ledger keeps of its proposals and studies, for the filters that they answer: state and source with cluster, template
//! and config repository, or with the time since when.
//!
//! `list_totals` and `list_totals_by_time` have what was folded, `list_total_changes` what came since.

use jiff::Timestamp;
use pullwright_pg::listing::{Condition, Listing, Part};
use pullwright_rpc::list::{Comparison, List, Value};
use uuid::Uuid;

use super::argument;

/// The widths of the spans of time, in seconds, as the migration has them.
const SPANS: [i32; 3] = [4096, 131_072, 4_194_304];

/// The columns that a place is named by, as fields and as comparisons, and what they are in `all_of`.
const PLACES: [(&str, &str, i32); 3] = [
    ("cluster_id", "cluster_id =", 4),
    ("template_id", "template_id =", 2),
    ("config_repo_id", "config_repo_id =", 1),
];

/// Takes a list's total from what is kept, besides the live proposals that are left out, where that answers the filter. Unless a state is
/// asked for, those are counted for which `shown` holds.
pub(super) fn keep(
    listing: Listing,
    table: &'static str,
    list: &List,
    shown: Option<&'static str>,
) -> Listing {
    match (Kept { table, list, shown }).parts() {
        Some(parts) => listing.total(parts),
        None => listing,
    }
}

struct Kept<'a> {
    table: &'static str,
    list: &'a List,
    shown: Option<&'static str>,
}

impl Kept<'_> {
    /// None when the rows have to be counted.
    fn parts(&self) -> Option<Vec<Part>> {
        if !self.list.filter.iter().all(is_kept) {
            return None;
        }
        match self.list.wanted("created_at") {
            None => Some(self.by_place()),
            Some(Value::Time(since)) if !self.has_place() => self.by_time(*since),
            Some(_) => None,
        }
    }

    fn has_place(&self) -> bool {
        PLACES.iter().any(|(field, ..)| self.list.wanted(field).is_some())
    }

    /// What every table of totals can be asked.
    fn states(&self) -> Vec<Condition> {
        let mut conditions = vec![Condition::compare("list =", self.table)];
        match self.list.wanted("status") {
            Some(status) => conditions.push(Condition::compare("status =", argument(status))),
            None => conditions.extend(self.shown.map(Condition::holds)),
        }
        match self.list.wanted("source") {
            Some(Value::Word("study")) => conditions.push(Condition::holds("is_of_study")),
            Some(_) => conditions.push(Condition::holds("NOT is_of_study")),
            None => {}
        }
        conditions
    }

    fn by_place(&self) -> Vec<Part> {
        let (mut folded, mut changes, mut all_of) = (self.states(), self.states(), 0);
        for (field, comparison, bit) in PLACES {
            if let Some(place) = self.list.wanted(field) {
                folded.push(Condition::compare(comparison, argument(place)));
                changes.push(Condition::compare(comparison, argument(place)));
            } else {
                folded.push(Condition::compare(comparison, Uuid::nil()));
                all_of += bit;
            }
        }
        folded.push(Condition::compare("all_of =", all_of));
        vec![kept("list_totals", folded), kept("list_total_changes", changes)]
    }

    /// The spans from the first that begins at or after `since`, always the widest that will do, and what lies before them; none at the end
    /// of time.
    fn by_time(&self, since: Timestamp) -> Option<Vec<Part>> {
        let [narrow, middle, wide] = SPANS;
        let first = next(since, narrow)?;
        let second = next(first, middle)?;
        let third = next(second, wide)?;
        let spans = |seconds: i32, from: Timestamp, before: Option<Timestamp>| {
            let mut conditions = self.states();
            conditions.push(Condition::compare("seconds =", seconds));
            conditions.push(Condition::compare("starts_at >=", from));
            conditions.extend(before.map(|before| Condition::compare("starts_at <", before)));
            kept("list_totals_by_time", conditions)
        };
        let mut changes = self.states();
        changes.push(Condition::compare("created_at >=", first));
        Some(vec![
            Part::Counted(vec![Condition::compare("created_at <", first)]),
            spans(narrow, first, Some(second)),
            spans(middle, second, Some(third)),
            spans(wide, third, None),
            kept("list_total_changes", changes),
        ])
    }
}

fn is_kept(comparison: &Comparison) -> bool {
    match comparison.field {
        "status" | "source" | "cluster_id" | "template_id" | "config_repo_id" | "created_at" => {
            true
        }
        // The few live ones are counted and taken off.
        "is_last_merged" => comparison.value == Value::Bool(false),
        _ => false,
    }
}

/// Where the first span of this width begins that has nothing of the time before `at`.
fn next(at: Timestamp, seconds: i32) -> Option<Timestamp> {
    let whole = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
    let width = i64::from(seconds);
    // Towards the future; at the epoch and before it too.
    let begins = -(-whole).div_euclid(width) * width;
    Timestamp::from_second(begins).ok()
}

fn kept(table: &'static str, conditions: Vec<Condition>) -> Part {
    Part::Kept { column: "rows", table, conditions }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z")]
    #[case("1970-01-01T00:00:00.000000001Z", "1970-01-01T01:08:16Z")]
    #[case("1970-01-01T01:08:16Z", "1970-01-01T01:08:16Z")]
    #[case("1970-01-01T01:08:17Z", "1970-01-01T02:16:32Z")]
    #[case("1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z")]
    #[case("1969-12-31T22:51:43.999Z", "1969-12-31T22:51:44Z")]
    #[case("1969-12-31T22:51:44.001Z", "1970-01-01T00:00:00Z")]
    fn the_next_span_has_nothing_of_the_time_before(
        #[case] at: Timestamp,
        #[case] begins: Timestamp,
    ) {
        assert_eq!(next(at, SPANS[0]), Some(begins));
    }

    #[test]
    fn there_is_no_span_after_the_end_of_time() {
        assert_eq!(next(Timestamp::MAX, SPANS[2]), None);
    }
}
