//! What callers send, checked on the way in; every violation is gathered.

use jiff::Timestamp;
use pullwright_proto::proposal as v1;
use pullwright_rpc::Context;
use uuid::Uuid;

use super::{id, time};
use crate::domain::{
    Digest, Direction, FollowUp, MetricDelta, MetricDeltas, Objective, Trial, TrialStatus,
    Violations, diff, digest::check_follow_ups, metrics, proposal::Change, trial,
};

/// Reads a diff.
pub fn changes(
    field: &str,
    given: Vec<v1::ParameterChange>,
    violations: &mut Violations,
) -> Vec<Change> {
    let given = given
        .into_iter()
        .map(|change| Change {
            key: change.key,
            from_json: change.from_json,
            to_json: change.to_json,
        })
        .collect();
    diff::checked(field, given, violations)
}

/// Reads metric deltas.
pub fn deltas(
    field: &str,
    given: Vec<v1::MetricDelta>,
    violations: &mut Violations,
) -> MetricDeltas {
    let given = given
        .into_iter()
        .map(|delta| {
            let numbers = MetricDelta {
                baseline: delta.baseline,
                achieved: delta.achieved,
                delta_pct: delta.delta_pct,
            };
            (delta.metric, numbers)
        })
        .collect();
    metrics::checked(field, given, violations)
}

/// Reads an objective; none when it is absent or its direction is unknown.
pub fn objective(
    field: &str,
    given: Option<v1::Objective>,
    violations: &mut Violations,
) -> Option<Objective> {
    let Some(given) = given else {
        violations.add(field, "must be set");
        return None;
    };
    let direction = Direction::parse(&given.direction);
    violations.require(
        direction.is_some(),
        format!("{field}.direction"),
        "must be maximize or minimize",
    );
    let objective = Objective {
        metric: given.metric,
        k: (given.k != 0).then_some(given.k),
        direction: direction.unwrap_or(Direction::Maximize),
    };
    objective.check(field, violations);
    direction.map(|_| objective)
}

/// Reads trials and gives each an id.
pub fn trials(field: &str, given: Vec<v1::Trial>, violations: &mut Violations) -> Vec<Trial> {
    if given.len() > trial::MOST_TRIALS {
        violations.add(field, format!("must hold at most {} trials", trial::MOST_TRIALS));
        return Vec::new();
    }
    let mut trials: Vec<_> = given
        .into_iter()
        .enumerate()
        .map(|(index, given)| one_trial(&format!("{field}[{index}]"), given, violations))
        .collect();
    trial::check(field, &mut trials, violations);
    trials
}

fn one_trial(field: &str, given: v1::Trial, violations: &mut Violations) -> Trial {
    let status = match given.status() {
        v1::TrialStatus::Complete => TrialStatus::Complete,
        v1::TrialStatus::Failed => TrialStatus::Failed,
        v1::TrialStatus::Pruned => TrialStatus::Pruned,
        v1::TrialStatus::Unspecified => {
            violations.add(format!("{field}.status"), "must be complete, failed or pruned");
            TrialStatus::Failed
        }
    };
    Trial {
        id: Uuid::now_v7(),
        number: given.number,
        params: given.params_json.into_iter().collect(),
        primary_metric: given.primary_metric,
        metrics: given.metrics.into_iter().collect(),
        duration_ms: given.duration_ms,
        status,
        error: given.error,
        started_at: time::gather(format!("{field}.started_at"), given.started_at, violations),
        ended_at: time::gather(format!("{field}.ended_at"), given.ended_at, violations),
        per_query_metrics_json: given.per_query_metrics_json,
        is_baseline: given.is_baseline,
    }
}

/// Reads a digest and gives it an id; one that does not say when it was written was written `now`, and one that does not say
/// by whom was written by the caller.
pub fn digest(
    field: &str,
    given: v1::Digest,
    now: Timestamp,
    violations: &mut Violations,
) -> Digest {
    let generated_at =
        time::gather(format!("{field}.generated_at"), given.generated_at, violations);
    let suggested_followups = read_follow_ups(
        &format!("{field}.suggested_followups"),
        given.suggested_followups,
        violations,
    );
    let mut digest = Digest {
        id: Uuid::now_v7(),
        narrative: given.narrative,
        parameter_importance: given.parameter_importance.into_iter().collect(),
        recommended_config: given.recommended_config_json.into_iter().collect(),
        suggested_followups,
        generated_by: match given.generated_by {
            author if author.is_empty() => Context::actor_or("proposal"),
            author => author,
        },
        generated_at: generated_at.unwrap_or(now),
    };
    digest.check(field, violations);
    digest
}

/// Reads follow-ups that come without a digest.
pub fn follow_ups(
    field: &str,
    given: Vec<v1::FollowUp>,
    violations: &mut Violations,
) -> Vec<FollowUp> {
    let mut follow_ups = read_follow_ups(field, given, violations);
    check_follow_ups(field, &mut follow_ups, violations);
    follow_ups
}

fn read_follow_ups(
    field: &str,
    given: Vec<v1::FollowUp>,
    violations: &mut Violations,
) -> Vec<FollowUp> {
    let read = |(index, follow_up): (usize, v1::FollowUp)| FollowUp {
        template_id: id::gather_optional(
            format!("{field}[{index}].template_id"),
            &follow_up.template_id,
            violations,
        ),
        kind: follow_up.kind,
        rationale: follow_up.rationale,
        search_space_json: follow_up.search_space_json,
    };
    given.into_iter().enumerate().map(read).collect()
}
