//! The summary of a finished study.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    diff,
    trial::check_params,
    violation::{Violations, has_length, is_at_most, is_storable},
};

/// Most follow-ups of one digest.
const MOST_FOLLOW_UPS: usize = 5;
/// Longest narrative: what a pull request's body may have.
const LONGEST_NARRATIVE: usize = 65_536;
/// Longest rationale of a follow-up.
const LONGEST_RATIONALE: usize = 4_000;
/// Longest name of an author.
const LONGEST_AUTHOR: usize = 256;

/// The summary of a finished study.
#[derive(Debug, Clone, PartialEq)]
pub struct Digest {
    /// Its id.
    pub id: Uuid,
    /// What happened, for people.
    pub narrative: String,
    /// How much each parameter mattered.
    pub parameter_importance: BTreeMap<String, f64>,
    /// The recommended values, as JSON texts by name.
    pub recommended_config: BTreeMap<String, String>,
    /// What to do next.
    pub suggested_followups: Vec<FollowUp>,
    /// Who wrote it.
    pub generated_by: String,
    /// When it was written.
    pub generated_at: Timestamp,
}

/// What the optimiser suggests to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// `narrow`, `widen`, `text` or `swap_template`.
    pub kind: String,
    /// Why, in a sentence.
    pub rationale: String,
    /// The suggested search space, a JSON object text; empty when there is none.
    pub search_space_json: String,
    /// The suggested template, for `swap_template`.
    pub template_id: Option<Uuid>,
}

impl Digest {
    /// Checks texts, numbers and follow-ups, and drops the white space around recommended values.
    pub fn check(&mut self, field: &str, violations: &mut Violations) {
        let at = |name: &str| format!("{field}.{name}");
        check_text(&at("narrative"), &self.narrative, LONGEST_NARRATIVE, violations);
        check_text(&at("generated_by"), &self.generated_by, LONGEST_AUTHOR, violations);
        let most = diff::MOST_CHANGES;
        violations.require(
            self.parameter_importance.len() <= most,
            at("parameter_importance"),
            format!("must hold at most {most} parameters"),
        );
        for (key, importance) in self.parameter_importance.iter().take(most) {
            let field = at(&format!("parameter_importance[{key}]"));
            diff::check_key(&field, key, violations);
            violations.require(
                importance.is_finite() && *importance >= 0.0,
                field,
                "must be a finite number, 0 or more",
            );
        }
        check_params(&at("recommended_config_json"), &mut self.recommended_config, violations);
        check_follow_ups(&at("suggested_followups"), &mut self.suggested_followups, violations);
    }
}

/// Checks follow-ups: at most five, each with what its kind needs.
pub fn check_follow_ups(field: &str, follow_ups: &mut [FollowUp], violations: &mut Violations) {
    violations.require(
        follow_ups.len() <= MOST_FOLLOW_UPS,
        field,
        format!("must hold at most {MOST_FOLLOW_UPS}"),
    );
    for (index, follow_up) in follow_ups.iter_mut().take(MOST_FOLLOW_UPS).enumerate() {
        follow_up.check(&format!("{field}[{index}]"), violations);
    }
}

impl FollowUp {
    fn check(&mut self, field: &str, violations: &mut Violations) {
        let at = |name: &str| format!("{field}.{name}");
        check_text(&at("rationale"), &self.rationale, LONGEST_RATIONALE, violations);
        let (with_space, with_template) = match self.kind.as_str() {
            "narrow" | "widen" => (true, false),
            "text" => (false, false),
            "swap_template" => (true, true),
            _ => {
                return violations
                    .add(at("kind"), "must be one of narrow, widen, text, swap_template");
            }
        };
        if with_space && self.search_space_json.is_empty() {
            violations.add(at("search_space_json"), format!("must be set for {}", self.kind));
        } else if with_space {
            self.search_space_json =
                diff::checked_value(&at("search_space_json"), &self.search_space_json, violations);
            let is_object =
                self.search_space_json.is_empty() || self.search_space_json.starts_with('{');
            violations.require(is_object, at("search_space_json"), "must be a JSON object");
        } else {
            let empty = self.search_space_json.is_empty();
            violations.require(
                empty,
                at("search_space_json"),
                format!("must be empty for {}", self.kind),
            );
        }
        violations.require(
            self.template_id.is_some() == with_template,
            at("template_id"),
            if with_template {
                "must be set for swap_template"
            } else {
                "must be empty unless the kind is swap_template"
            },
        );
    }
}

fn check_text(field: &str, text: &str, most: usize, violations: &mut Violations) {
    let holds = has_length(text, most) && is_at_most(text, most) && is_storable(text);
    violations.require(holds, field, format!("must have 1 to {most} characters"));
}
