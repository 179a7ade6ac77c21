//! The words that stand for something, for filters and for schemas.

use utoipa::openapi::{
    RefOr, Schema,
    schema::{ObjectBuilder, SchemaType, Type},
};

/// Where a proposal may stand.
pub(crate) const STATUSES: &[&str] =
    &["pending", "pr_opened", "pr_merged", "rejected", "superseded"];
/// Where a study may stand.
pub(crate) const STUDY_STATUSES: &[&str] =
    &["queued", "running", "completed", "cancelled", "failed"];
/// What made a proposal.
pub(crate) const SOURCES: &[&str] = &["study", "manual"];
/// The engines that are known.
pub(crate) const ENGINE_TYPES: &[&str] = &["elasticsearch", "opensearch", "solr"];
/// The environments that are known.
pub(crate) const ENVIRONMENTS: &[&str] = &["prod", "staging", "dev"];
/// What may come of a delivery.
pub(crate) const OUTCOMES: &[&str] =
    &["applied", "noop", "unknown_pr", "ping", "stale", "failed", "parked"];
/// Which hooks deliveries come from.
const HOOKS: &[&str] = &["repository", "app"];
/// What a study may optimise.
const METRICS: &[&str] = &["ndcg", "precision", "recall", "map", "mrr"];
/// Which way is better.
const DIRECTIONS: &[&str] = &["maximize", "minimize"];
/// How a trial may end.
const TRIAL_STATUSES: &[&str] = &["complete", "failed", "pruned"];
/// What a follow-up may be.
const FOLLOW_UPS: &[&str] = &["narrow", "widen", "text", "swap_template"];

fn one_of(words: &[&str]) -> RefOr<Schema> {
    let words = words.iter().copied();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
}

fn one_of_or_null(words: &[&str]) -> RefOr<Schema> {
    let words = words.iter().map(|word| serde_json::Value::from(*word));
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .enum_values(Some(words.chain([serde_json::Value::Null])))
        .into()
}

macro_rules! schemas {
    ($($name:ident $make:ident $words:ident),* $(,)?) => {$(
        pub(crate) fn $name() -> RefOr<Schema> {
            $make($words)
        }
    )*};
}

schemas! {
    study_status one_of STUDY_STATUSES,
    engine_type one_of ENGINE_TYPES,
    engine_type_or_null one_of_or_null ENGINE_TYPES,
    environment one_of ENVIRONMENTS,
    environment_or_null one_of_or_null ENVIRONMENTS,
    metric one_of METRICS,
    direction one_of DIRECTIONS,
    trial_status one_of TRIAL_STATUSES,
    follow_up one_of FOLLOW_UPS,
    outcome one_of OUTCOMES,
    hook one_of HOOKS,
}
