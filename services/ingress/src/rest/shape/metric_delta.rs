//! What a change did to the metrics: `{metric: {baseline, achieved, delta_pct}}`.

use std::collections::BTreeMap;

use pullwright_proto::proposal as v1;
use serde::Serialize;
use utoipa::ToSchema;

/// What one metric did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MetricDelta {
    /// The value before; null when it was never measured.
    baseline: Option<f64>,
    achieved: f64,
    /// The relative change in per cent; null without a baseline other than zero.
    delta_pct: Option<f64>,
}

/// The deltas by metric; none when nothing was measured.
pub(super) fn by_metric(deltas: Vec<v1::MetricDelta>) -> Option<BTreeMap<String, MetricDelta>> {
    let shown = |delta: v1::MetricDelta| {
        let v1::MetricDelta { metric, baseline, achieved, delta_pct } = delta;
        (metric, MetricDelta { baseline, achieved, delta_pct })
    };
    (!deltas.is_empty()).then(|| deltas.into_iter().map(shown).collect())
}
