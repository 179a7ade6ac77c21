//! Studies, trials and digests on the wire. Values per query never leave the ledger.

use pullwright_proto::proposal as v1;

use super::{id, time};
use crate::domain::{Digest, FollowUp, Objective, Study, Trial, TrialStatus};

/// Writes a study with its trials, its digest, and how sure one may be of its winner.
#[must_use]
pub fn message(
    study: Study,
    trials: Vec<Trial>,
    found: Option<Digest>,
    confidence: Option<v1::Confidence>,
) -> v1::Study {
    v1::Study {
        id: study.id.to_string(),
        name: study.name,
        cluster_id: study.cluster_id.to_string(),
        template_id: study.template_id.to_string(),
        objective: Some(objective(study.objective)),
        status: study.status,
        baseline_metric: study.baseline_metric,
        best_metric: study.best_metric,
        best_trial_id: id::text(study.best_trial_id),
        digest: found.map(digest),
        trials: trials.into_iter().map(trial).collect(),
        created_at: Some(time::message(study.created_at)),
        parent_study_id: id::text(study.lineage.parent_study_id),
        parent_proposal_id: id::text(
            study.lineage.parent_follow_up.map(|parent| parent.proposal_id),
        ),
        parent_proposal_followup_index: study.lineage.parent_follow_up.map(|parent| parent.index),
        auto_followup_depth: study.lineage.auto_followup_depth,
        confidence,
    }
}

/// Writes an objective.
#[must_use]
pub fn objective(objective: Objective) -> v1::Objective {
    v1::Objective {
        metric: objective.metric,
        k: objective.k.unwrap_or_default(),
        direction: objective.direction.as_str().to_owned(),
    }
}

/// Writes a trial without its values per query.
#[must_use]
pub fn trial(trial: Trial) -> v1::Trial {
    let status = match trial.status {
        TrialStatus::Complete => v1::TrialStatus::Complete,
        TrialStatus::Failed => v1::TrialStatus::Failed,
        TrialStatus::Pruned => v1::TrialStatus::Pruned,
    };
    v1::Trial {
        id: trial.id.to_string(),
        number: trial.number,
        params_json: trial.params.into_iter().collect(),
        primary_metric: trial.primary_metric,
        metrics: trial.metrics.into_iter().collect(),
        duration_ms: trial.duration_ms,
        status: status.into(),
        error: trial.error,
        started_at: trial.started_at.map(time::message),
        ended_at: trial.ended_at.map(time::message),
        per_query_metrics_json: String::new(),
        is_baseline: trial.is_baseline,
    }
}

/// Writes a digest.
#[must_use]
pub fn digest(digest: Digest) -> v1::Digest {
    v1::Digest {
        id: digest.id.to_string(),
        narrative: digest.narrative,
        parameter_importance: digest.parameter_importance.into_iter().collect(),
        recommended_config_json: digest.recommended_config.into_iter().collect(),
        suggested_followups: digest.suggested_followups.into_iter().map(follow_up).collect(),
        generated_by: digest.generated_by,
        generated_at: Some(time::message(digest.generated_at)),
    }
}

fn follow_up(follow_up: FollowUp) -> v1::FollowUp {
    v1::FollowUp {
        kind: follow_up.kind,
        rationale: follow_up.rationale,
        search_space_json: follow_up.search_space_json,
        template_id: id::text(follow_up.template_id),
    }
}
