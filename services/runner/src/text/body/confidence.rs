//! How sure one may be of the winner: what the numbers say and nothing beyond.

use pullwright_proto::{
    job::OpenPullRequestSpec,
    proposal::{Confidence, ConfidenceInterval, QueryComparison, QueryRegression},
};

use super::LONGEST_NAME;
use crate::text::{markdown, number};

/// A query is shown up to this, in characters.
const LONGEST_QUERY: usize = 120;
/// A word such as `robust_plateau` is shown up to this, in characters.
const LONGEST_WORD: usize = 40;
/// How many regressions are shown.
const SHOWN_REGRESSIONS: usize = 5;

/// One bullet for each thing that is known; `None` when nothing is.
pub(super) fn section(spec: &OpenPullRequestSpec) -> Option<String> {
    let known = spec.confidence.as_ref()?;
    let bullets: Vec<String> = [
        known.interval.as_ref().map(|interval| headline(known, interval)),
        known.queries.as_ref().map(counts),
        known.queries.as_ref().and_then(regressions),
        known.runner_up_gap.as_ref().map(|gap| {
            format!("Runner-up gap {} ({})", number::thousandths(gap.gap), word(&gap.shape))
        }),
        known
            .late_trial_sigma
            .map(|sigma| format!("Late-trial 1σ = {}", number::thousandths(sigma))),
        known.convergence.as_ref().map(|came| {
            let (kind, best, count) = (word(&came.kind), came.best_trial, came.trial_count);
            format!("Convergence: {kind} (best at trial {best} of {count})")
        }),
    ]
    .into_iter()
    .flatten()
    .map(|bullet| format!("- {bullet}"))
    .collect();
    (!bullets.is_empty()).then(|| format!("## Confidence\n\n{}", bullets.join("\n")))
}

fn headline(known: &Confidence, interval: &ConfidenceInterval) -> String {
    let ConfidenceInterval { value, low, high, query_count } = *interval;
    let [value, low, high] = [value, low, high].map(number::thousandths);
    let metric = markdown::line(&known.metric, LONGEST_NAME);
    format!("{metric}: {value} (95% CI {low}-{high}, N={query_count} queries)")
}

fn counts(queries: &QueryComparison) -> String {
    let QueryComparison { improved, unchanged, regressed, .. } = *queries;
    let against = word(&queries.against);
    format!(
        "Queries: {improved} improved · {unchanged} unchanged · {regressed} regressed (vs {against})"
    )
}

/// The worst regressions, by name as far as names were let out; `None` when there are none.
fn regressions(queries: &QueryComparison) -> Option<String> {
    let shown: Vec<String> =
        queries.regressions.iter().take(SHOWN_REGRESSIONS).map(regression).collect();
    let of = match usize::try_from(queries.regressed) {
        Ok(all) if all > shown.len() => format!(" ({} of {all})", shown.len()),
        _ => String::new(),
    };
    (!shown.is_empty()).then(|| format!("Most regressed{of}: {}", shown.join(" · ")))
}

fn regression(regression: &QueryRegression) -> String {
    let [from, to] = [regression.from, regression.to].map(number::thousandths);
    if regression.query.is_empty() {
        format!("{from} → {to}")
    } else {
        format!("{} ({from} → {to})", markdown::span(&regression.query, LONGEST_QUERY))
    }
}

/// A word of the ledger's as it is, since underscores inside a word are no emphasis; anything else as code.
fn word(word: &str) -> String {
    let is_word = |word: &str| {
        word.split('_').all(|part| !part.is_empty() && part.bytes().all(|c| c.is_ascii_lowercase()))
    };
    if word.len() <= LONGEST_WORD && is_word(word) {
        word.to_owned()
    } else {
        markdown::span(word, LONGEST_WORD)
    }
}
