//! Diffs and deltas as callers give them, for proposals and for studies.

use pullwright_proto::proposal as v1;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::openapi::{
    RefOr, Schema,
    schema::{AdditionalProperties, ObjectBuilder, SchemaType, Type},
};

use crate::rest::given::{Object, Pairs, or_null};

/// Most changes in one diff.
const MOST_CHANGES: usize = 200;
/// Longest name of a parameter and of a metric, in characters.
const LONGEST_KEY: usize = 256;
const LONGEST_METRIC: usize = 128;

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

/// The schema of a [`ConfigDiff`].
pub(in crate::rest) fn config_diff() -> RefOr<Schema> {
    diff(Type::Object.into())
}

/// The schema of a [`ConfigDiff`] that may be left out.
pub(in crate::rest) fn config_diff_or_null() -> RefOr<Schema> {
    diff(SchemaType::from_iter([Type::Object, Type::Null]))
}

fn diff(schema_type: SchemaType) -> RefOr<Schema> {
    let any = |description: &str| {
        ObjectBuilder::new().schema_type(SchemaType::AnyValue).description(Some(description))
    };
    let change = ObjectBuilder::new()
        .property("from", any("The value that is expected in the file; null when it is left out."))
        .property("to", any("The value to write, as it is spelled."))
        .required("to");
    ObjectBuilder::new()
        .schema_type(schema_type)
        .description(Some("What changes, by parameter. Each key once."))
        .min_properties(Some(1))
        .max_properties(Some(MOST_CHANGES))
        .property_names(Some(name(LONGEST_KEY)))
        .additional_properties(Some(AdditionalProperties::RefOr(change.into())))
        .into()
}

/// The schema of [`MetricDeltas`], which may always be left out.
pub(in crate::rest) fn metric_delta() -> RefOr<Schema> {
    let number = || ObjectBuilder::new().schema_type(Type::Number);
    let or_null =
        || ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Number, Type::Null]));
    let delta = ObjectBuilder::new()
        .property("baseline", or_null())
        .property("achieved", number())
        .property("delta_pct", or_null())
        .required("achieved");
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Object, Type::Null]))
        .description(Some("What the change did to the metrics, by metric. Each key once."))
        .property_names(Some(name(LONGEST_METRIC)))
        .additional_properties(Some(AdditionalProperties::RefOr(delta.into())))
        .into()
}

fn name(longest: usize) -> Schema {
    let name = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
    name.max_length(Some(longest)).pattern(Some(r"^[^\x00]*$")).into()
}
