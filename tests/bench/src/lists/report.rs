//! The table for people and the JSON for programs.

use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{DEPTHS, cases::Case, fill::Place};
use crate::stats::Samples;

/// The bar for every page, at p99.
const BAR_MS: f64 = 20.0;

/// What one page costs, in milliseconds.
pub(super) struct Measured {
    pub(super) case: Case,
    pub(super) depth: &'static str,
    pub(super) place: Place,
    pub(super) ours: Samples,
    /// By OFFSET.
    pub(super) offset: Samples,
    /// By the same call, without indexes.
    pub(super) bare: Samples,
}

pub(super) fn print(measured: &[Measured]) {
    println!(
        "\n{:<28} {:<16} {:>24} {:>8} {:>8} {:>10} {:>10}",
        "page of 50 with its total",
        "order",
        "median: first/mid/deep",
        "p99",
        "bar 20",
        "by OFFSET",
        "no index"
    );
    for family in measured.chunks(DEPTHS.len()) {
        let case = &family[0].case;
        let medians: Vec<_> =
            family.iter().map(|one| format!("{:.1}", one.ours.median())).collect();
        let ours = pooled(family, |one| &one.ours);
        let ratio = |pick: fn(&Measured) -> &Samples| {
            format!("{:.1}x", pooled(family, pick).median() / ours.median())
        };
        let p99 = ours.percentile(0.99);
        let held = if p99 < BAR_MS { "held" } else { "missed" };
        println!(
            "{:<28} {:<16} {:>24} {p99:>8.1} {held:>8} {:>10} {:>10}",
            case.name,
            case.order_by,
            medians.join(" / "),
            ratio(|one| &one.offset),
            ratio(|one| &one.bare),
        );
    }
    let missed = measured
        .chunks(DEPTHS.len())
        .filter(|family| pooled(family, |one| &one.ours).percentile(0.99) >= BAR_MS)
        .count();
    println!("\n{} lists, {missed} of them over the bar.", measured.len() / DEPTHS.len());
    println!("\n{:<28} {:>10} {:>10} {:>10}", "all lists, ms", "median", "p99", "max");
    for (depth, _) in DEPTHS {
        let of_depth: Vec<_> = measured.iter().filter(|one| one.depth == depth).collect();
        let ours = Samples::pooled(of_depth.iter().map(|one| &one.ours));
        println!(
            "{depth:<28} {:>10.1} {:>10.1} {:>10.1}",
            ours.median(),
            ours.percentile(0.99),
            ours.max()
        );
    }
    for (name, pick) in
        [("by OFFSET", Measured::offset as fn(&Measured) -> &Samples), ("no index", Measured::bare)]
    {
        let all = Samples::pooled(measured.iter().map(pick));
        println!(
            "{name:<28} {:>10.1} {:>10.1} {:>10.1}",
            all.median(),
            all.percentile(0.99),
            all.max()
        );
    }
}

impl Measured {
    fn offset(&self) -> &Samples {
        &self.offset
    }

    fn bare(&self) -> &Samples {
        &self.bare
    }

    fn json(&self) -> Value {
        let figures = |samples: &Samples| json!({"median": samples.median(), "p99": samples.percentile(0.99), "max": samples.max()});
        json!({
            "list": self.case.list.table(),
            "filter": self.case.filter,
            "order_by": self.case.order_by,
            "depth": self.depth,
            "ms": figures(&self.ours),
            "offset_ms": figures(&self.offset),
            "no_index_ms": figures(&self.bare),
        })
    }
}

pub(super) fn write(
    path: &Path,
    rows: i64,
    runs: usize,
    measured: &[Measured],
) -> anyhow::Result<()> {
    let pages: Vec<_> = measured.iter().map(Measured::json).collect();
    let report = json!({"proposals": rows, "runs": runs, "bar_ms": BAR_MS, "pages": pages});
    std::fs::write(path, format!("{report:#}\n"))
        .with_context(|| format!("write {}", path.display()))?;
    println!("\nThe figures are in {}.", path.display());
    Ok(())
}

fn pooled(family: &[Measured], pick: impl Fn(&Measured) -> &Samples) -> Samples {
    Samples::pooled(family.iter().map(pick))
}
