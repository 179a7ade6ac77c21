//! What changes.

use pullwright_proto::{
    job::Drift,
    proposal::{ParameterChange, Proposal},
};

use super::{LONGEST_NAME, LONGEST_VALUE};
use crate::text::{markdown, table::Table};

const ROOM: usize = 22_000;

/// From what to what, with the file's own value where it is another one than was expected.
pub(super) fn section(proposal: &Proposal, drifts: &[Drift]) -> String {
    let mut table = Table::new(&["Param", "From", "To"], ROOM);
    for change in &proposal.config_diff {
        let drift = drifts.iter().find(|drift| drift.key == change.key);
        table.row(&[
            markdown::code(&change.key, LONGEST_NAME),
            from(change, drift),
            markdown::code(&change.to_json, LONGEST_VALUE),
        ]);
    }
    format!("## Config diff\n\n{}", table.finish("parameters, see the diff of the file"))
}

fn from(change: &ParameterChange, drift: Option<&Drift>) -> String {
    let expected = markdown::code(&change.from_json, LONGEST_VALUE);
    match drift {
        None => expected,
        Some(drift) if drift.found_json.is_empty() => format!("{expected} (not in the file today)"),
        Some(drift) => {
            let found = markdown::code(&drift.found_json, LONGEST_VALUE);
            format!("{expected} (the file says {found} today)")
        }
    }
}
