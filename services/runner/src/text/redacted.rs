//! A job's spec without credentials. It comes before everything else: an escape inside a credential would hide it from the
//! redactor and show it to people.

use std::collections::BTreeMap;

use pullwright_proto::{
    job::{Drift, OpenPullRequestSpec},
    proposal::{Confidence, Digest, Proposal, Trial},
};
use pullwright_redact::Redactor;

/// The spec with credentials taken out of everything that texts are made of.
#[must_use]
pub fn redacted(spec: &OpenPullRequestSpec, redactor: &Redactor) -> OpenPullRequestSpec {
    let mut spec = spec.clone();
    if let Some(proposal) = &mut spec.proposal {
        clean_proposal(proposal, redactor);
    }
    for trial in &mut spec.best_trials {
        clean_trial(trial, redactor);
    }
    if let Some(confidence) = &mut spec.confidence {
        clean_confidence(confidence, redactor);
    }
    for text in spec.objective.iter_mut().map(|objective| &mut objective.metric) {
        clean(text, redactor);
    }
    spec
}

/// Drifts with credentials taken out.
#[must_use]
pub fn redacted_drifts(drifts: &[Drift], redactor: &Redactor) -> Vec<Drift> {
    let mut drifts = drifts.to_vec();
    for drift in &mut drifts {
        clean_all([&mut drift.key, &mut drift.expected_json, &mut drift.found_json], redactor);
    }
    drifts
}

fn clean_proposal(proposal: &mut Proposal, redactor: &Redactor) {
    if let Some(study) = &mut proposal.study {
        clean(&mut study.name, redactor);
    }
    if let Some(cluster) = &mut proposal.cluster {
        clean(&mut cluster.name, redactor);
    }
    if let Some(template) = &mut proposal.template {
        clean(&mut template.name, redactor);
    }
    for change in &mut proposal.config_diff {
        clean_all([&mut change.key, &mut change.from_json, &mut change.to_json], redactor);
    }
    for delta in &mut proposal.metric_delta {
        clean(&mut delta.metric, redactor);
    }
    if let Some(digest) = &mut proposal.digest {
        clean_digest(digest, redactor);
    }
}

fn clean_digest(digest: &mut Digest, redactor: &Redactor) {
    digest.parameter_importance = with_clean_names(&digest.parameter_importance, redactor);
    clean(&mut digest.generated_by, redactor);
    for follow_up in &mut digest.suggested_followups {
        let texts = [
            &mut follow_up.rationale,
            &mut follow_up.search_space_json,
            &mut follow_up.template_id,
        ];
        clean_all(texts, redactor);
    }
}

fn clean_confidence(confidence: &mut Confidence, redactor: &Redactor) {
    clean(&mut confidence.metric, redactor);
    if let Some(gap) = &mut confidence.runner_up_gap {
        clean(&mut gap.shape, redactor);
    }
    if let Some(convergence) = &mut confidence.convergence {
        clean(&mut convergence.kind, redactor);
    }
    if let Some(queries) = &mut confidence.queries {
        clean(&mut queries.against, redactor);
        queries.regressions.iter_mut().for_each(|one| clean(&mut one.query, redactor));
    }
}

fn clean_trial(trial: &mut Trial, redactor: &Redactor) {
    trial.params_json = with_clean_names(&trial.params_json, redactor);
    trial.params_json.values_mut().for_each(|value| clean(value, redactor));
}

fn with_clean_names<V: Clone>(
    map: &BTreeMap<String, V>,
    redactor: &Redactor,
) -> BTreeMap<String, V> {
    map.iter().map(|(name, value)| (redactor.redact(name).into_owned(), value.clone())).collect()
}

fn clean_all<'t>(texts: impl IntoIterator<Item = &'t mut String>, redactor: &Redactor) {
    texts.into_iter().for_each(|text| clean(text, redactor));
}

fn clean(text: &mut String, redactor: &Redactor) {
    *text = redactor.redact(text).into_owned();
}
