//! What both calls that write a digest take beside it.

use pullwright_params::Declared;
use pullwright_proto::proposal as v1;

use crate::{
    convert::given,
    domain::{Violations, study::Given},
    error::{Error, Result},
};

/// Reads diff and deltas where the caller gave them.
pub(super) fn read(
    config_diff: Option<v1::ConfigDiff>,
    metric_delta: Option<v1::MetricDeltas>,
    violations: &mut Violations,
) -> Given {
    Given {
        changes: config_diff
            .map(|diff| given::changes("config_diff.changes", diff.changes, violations)),
        metric_delta: metric_delta
            .map(|delta| given::deltas("metric_delta.deltas", delta.deltas, violations)),
    }
}

/// Reads a template's declared parameters as the registry gave them.
///
/// # Errors
/// The registry holds what it should have refused.
pub(super) fn declared(json: &str) -> Result<Declared> {
    Declared::parse(json).map_err(|_| Error::RegistryAnswer("declared_params_json"))
}
