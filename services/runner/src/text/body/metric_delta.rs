//! What the change does to the metrics.

use pullwright_proto::proposal::MetricDelta;

use super::LONGEST_NAME;
use crate::text::{markdown, number, table::Table};

const ROOM: usize = 4_000;

/// Baseline against achieved, metric by metric; `None` when nothing was measured.
pub(super) fn section(deltas: &[MetricDelta]) -> Option<String> {
    if deltas.is_empty() {
        return None;
    }
    let unknown = || "n/a".to_owned();
    let mut table = Table::new(&["Metric", "Baseline", "Achieved", "Change"], ROOM);
    for delta in deltas {
        table.row(&[
            markdown::code(&delta.metric, LONGEST_NAME),
            delta.baseline.map_or_else(unknown, number::metric),
            number::metric(delta.achieved),
            delta.delta_pct.map_or_else(unknown, number::percent),
        ]);
    }
    Some(format!("## Metric delta\n\n{}", table.finish("metrics")))
}
