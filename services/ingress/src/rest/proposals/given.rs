//! Diffs and deltas as callers give them, for proposals and for studies.

use pullwright_proto::proposal as v1;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::rest::given::{Object, Pairs, or_null};

/// `{key: {from, to}}`; `from` may be left out.
pub(in crate::rest) type ConfigDiff = Pairs<Object<Change>>;

/// `{metric: {baseline, achieved, delta_pct}}`.
pub(in crate::rest) type MetricDeltas = Pairs<Object<MetricDelta>>;

#[derive(Debug, Deserialize)]
pub(in crate::rest) struct Change {
    from: Option<Box<RawValue>>,
    to: Box<RawValue>,
}

#[derive(Debug, Deserialize)]
pub(in crate::rest) struct MetricDelta {
    baseline: Option<f64>,
    achieved: f64,
    delta_pct: Option<f64>,
}

pub(in crate::rest) fn changes(diff: ConfigDiff) -> Vec<v1::ParameterChange> {
    let change = |(key, Object(change)): (String, Object<Change>)| v1::ParameterChange {
        key,
        from_json: or_null(change.from.as_deref()),
        to_json: change.to.get().to_owned(),
    };
    diff.into_iter().map(change).collect()
}

pub(in crate::rest) fn deltas(deltas: MetricDeltas) -> Vec<v1::MetricDelta> {
    let delta = |(metric, Object(delta)): (String, Object<MetricDelta>)| v1::MetricDelta {
        metric,
        baseline: delta.baseline,
        achieved: delta.achieved,
        delta_pct: delta.delta_pct,
    };
    deltas.into_iter().map(delta).collect()
}
