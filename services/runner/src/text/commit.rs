//! The commits' messages, so that history explains itself without GitHub.

use pullwright_proto::{
    job::OpenPullRequestSpec,
    proposal::{MetricDelta, ParameterChange, Proposal, Trial},
};

use super::{inert::inert, markdown::cut, number, objective};

/// How many parameters a message names.
const SHOWN_PARAMETERS: usize = 20;
const SHOWN_METRICS: usize = 10;
const LONGEST_NAME: usize = 100;
const LONGEST_VALUE: usize = 200;

/// What was changed, for which cluster and template, by which study, and what it did to the metrics.
#[must_use]
pub fn message(spec: &OpenPullRequestSpec) -> String {
    let proposal = spec.proposal.clone().unwrap_or_default();
    let template = proposal.template.clone().unwrap_or_default();
    let cluster = proposal.cluster.clone().unwrap_or_default();
    let name = short(&template.name);
    let mut lines = vec![
        format!("relevance: tune {name} params ({})", origin(&proposal)),
        String::new(),
        format!("Cluster: {}", short(&cluster.name)),
        format!("Template: {name} v{}", template.version),
    ];
    lines.extend(proposal.metric_delta.iter().take(SHOWN_METRICS).map(metric));
    lines.push("Parameters:".to_owned());
    lines.extend(parameters(&proposal.config_diff));
    if !proposal.study_id.is_empty() {
        lines.extend(study(spec, &proposal));
    }
    lines.extend([String::new(), format!("Pullwright-Proposal: {}", proposal.id)]);
    lines.join("\n") + "\n"
}

/// What the second commit adds.
#[must_use]
pub fn chart_message(spec: &OpenPullRequestSpec) -> String {
    let proposal = spec.proposal.clone().unwrap_or_default();
    format!("relevance: add parameter importance chart ({})\n", origin(&proposal))
}

fn origin(proposal: &Proposal) -> String {
    if proposal.study_id.is_empty() {
        format!("proposal {}", proposal.id)
    } else {
        format!("study {}", proposal.study_id)
    }
}

fn metric(delta: &MetricDelta) -> String {
    let before = delta.baseline.map_or_else(|| "n/a".to_owned(), number::metric);
    let change = delta.delta_pct.map(number::percent).map(|text| format!(" ({text})"));
    format!(
        "Metric: {} {before} → {}{}",
        short(&delta.metric),
        number::metric(delta.achieved),
        change.unwrap_or_default()
    )
}

fn parameters(changes: &[ParameterChange]) -> Vec<String> {
    let value = |text: &str| inert(&cut(text, LONGEST_VALUE));
    let line = |change: &ParameterChange| {
        format!(
            "  {}: {} → {}",
            short(&change.key),
            value(&change.from_json),
            value(&change.to_json)
        )
    };
    let mut lines: Vec<String> = changes.iter().take(SHOWN_PARAMETERS).map(line).collect();
    if changes.len() > SHOWN_PARAMETERS {
        lines.push(format!("  … and {} more", changes.len() - SHOWN_PARAMETERS));
    }
    lines
}

fn study(spec: &OpenPullRequestSpec, proposal: &Proposal) -> Vec<String> {
    let author = proposal.digest.as_ref().map(|digest| short(&digest.generated_by));
    let author = author.filter(|author| !author.trim().is_empty());
    let mut lines = vec![
        format!("Study run by: {}", author.unwrap_or_else(|| "unknown".to_owned())),
        format!("Trials: {}", spec.trial_count),
    ];
    if let Some(best) = best(spec, proposal) {
        let value = best.primary_metric.map_or_else(|| "n/a".to_owned(), number::metric);
        lines.push(format!("Best trial: {} ({} {value})", best.number, short(&objective(spec))));
    }
    lines
}

/// The trial that the proposal names, or else the best that is not the baseline.
fn best<'s>(spec: &'s OpenPullRequestSpec, proposal: &Proposal) -> Option<&'s Trial> {
    let named = |trial: &&Trial| !trial.id.is_empty() && trial.id == proposal.study_trial_id;
    let mut trials = spec.best_trials.iter();
    trials.clone().find(named).or_else(|| trials.find(|trial| !trial.is_baseline))
}

fn short(name: &str) -> String {
    inert(&cut(name, LONGEST_NAME))
}
