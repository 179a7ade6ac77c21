//! What both calls that write a digest take beside it.

use pullwright_params::Declared;
use pullwright_proto::proposal as v1;

use crate::{
    convert::{given, id},
    domain::{
        Violations,
        chain::{self, FollowUpOf, Lineage},
        study::Given,
    },
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

/// Reads where a study comes from.
pub(super) fn lineage(
    parent_study_id: &str,
    parent_proposal_id: &str,
    index: Option<i32>,
    depth: Option<i32>,
    violations: &mut Violations,
) -> Lineage {
    const INDEX: &str = "parent_proposal_followup_index";
    let parent_study_id = id::gather_optional("parent_study_id", parent_study_id, violations);
    let proposal_id = id::gather_optional("parent_proposal_id", parent_proposal_id, violations);
    violations.require(
        proposal_id.is_some() == index.is_some(),
        INDEX,
        "must be set together with `parent_proposal_id`, or both not",
    );
    violations.require(index.is_none_or(|index| index >= 0), INDEX, "must be 0 or more");
    violations.require(
        depth.is_none_or(|depth| (0..=chain::DEEPEST).contains(&depth)),
        "auto_followup_depth",
        format!("must be 0 to {}", chain::DEEPEST),
    );
    let parent_follow_up = proposal_id.zip(index);
    Lineage {
        parent_study_id,
        parent_follow_up: parent_follow_up
            .map(|(proposal_id, index)| FollowUpOf { proposal_id, index }),
        auto_followup_depth: depth,
    }
}

/// Reads a template's declared parameters as the registry gave them.
///
/// # Errors
/// The registry holds what it should have refused.
pub(super) fn declared(json: &str) -> Result<Declared> {
    Declared::parse(json).map_err(|_| Error::RegistryAnswer("declared_params_json"))
}
