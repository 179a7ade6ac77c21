//! Which trials came out best.

use pullwright_proto::{
    job::OpenPullRequestSpec,
    proposal::{Proposal, Trial},
};

use super::LONGEST_NAME;
use crate::text::{importance, markdown, number, objective, table::Table};

const SHOWN_TRIALS: usize = 10;
/// More columns than this are no table any more.
const SHOWN_PARAMS: usize = 5;
/// A cell's value is shown up to this, in characters.
const LONGEST_CELL: usize = 60;
const ROOM: usize = 10_000;

/// The best trials, the best first, with the changed parameters' values; `None` when there are none.
pub(super) fn section(spec: &OpenPullRequestSpec, proposal: &Proposal) -> Option<String> {
    let trials: Vec<&Trial> =
        spec.best_trials.iter().filter(|trial| !trial.is_baseline).take(SHOWN_TRIALS).collect();
    if trials.is_empty() {
        return None;
    }
    let params = changed_params(proposal);
    let shown = &params[..params.len().min(SHOWN_PARAMS)];
    let mut headings =
        vec!["Rank".to_owned(), "Trial".to_owned(), markdown::code(&objective(spec), LONGEST_NAME)];
    headings.extend(shown.iter().map(|name| markdown::code(name, LONGEST_NAME)));
    headings.push("Duration".to_owned());
    let mut table = Table::new(&headings, ROOM);
    for (at, trial) in trials.iter().enumerate() {
        table.row(&row(at + 1, trial, shown));
    }
    let mut section = format!(
        "## Top 10 trials\n\n{}\n\n{}",
        summary(spec, proposal, trials.len()),
        table.finish("trials")
    );
    if params.len() > SHOWN_PARAMS {
        section.push_str(&format!(
            "\n\n… and {} more changed parameters",
            params.len() - SHOWN_PARAMS
        ));
    }
    Some(section)
}

fn row(rank: usize, trial: &Trial, params: &[&str]) -> Vec<String> {
    let mut row = vec![
        rank.to_string(),
        trial.number.to_string(),
        trial.primary_metric.map_or_else(|| "n/a".to_owned(), number::metric),
    ];
    row.extend(params.iter().map(|name| match trial.params_json.get(*name) {
        Some(value) => markdown::code(value, LONGEST_CELL),
        None => "–".to_owned(),
    }));
    row.push(number::duration(trial.duration_ms));
    row
}

/// The changed parameters, the most important first, then in the order of the diff.
fn changed_params(proposal: &Proposal) -> Vec<&str> {
    let ranked: Vec<&str> = proposal
        .digest
        .iter()
        .flat_map(|digest| importance::ranked(&digest.parameter_importance))
        .map(|(name, _)| name)
        .collect();
    let rank = |name: &&str| ranked.iter().position(|known| known == name).unwrap_or(usize::MAX);
    let mut params: Vec<&str> =
        proposal.config_diff.iter().map(|change| change.key.as_str()).collect();
    params.sort_by_key(rank);
    params
}

/// What the ranking is by, and where the baseline is.
fn summary(spec: &OpenPullRequestSpec, proposal: &Proposal, shown: usize) -> String {
    let objective = objective(spec);
    let better = match spec.objective.as_ref().map(|objective| objective.direction.as_str()) {
        Some("minimize") => ", lower is better",
        Some("maximize") => ", higher is better",
        _ => "",
    };
    let mut summary = format!(
        "The best {shown} of {} trials by {}{better}.",
        spec.trial_count,
        markdown::code(&objective, LONGEST_NAME)
    );
    let baseline = proposal.metric_delta.iter().find(|delta| delta.metric == objective);
    if let Some(trial) = spec.best_trials.iter().find(|trial| trial.is_baseline) {
        let value = trial.primary_metric.map_or_else(|| "n/a".to_owned(), number::metric);
        summary
            .push_str(&format!(" The baseline, trial {} ({value}), is not ranked.", trial.number));
    } else if let Some(value) = baseline.and_then(|delta| delta.baseline) {
        summary.push_str(&format!(" The baseline ({}) is not ranked.", number::metric(value)));
    }
    summary
}
