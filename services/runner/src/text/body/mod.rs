//! The pull request's body: what is proposed and why, section by section. Numbers and names only: no document, no schema and no
//! template's text has a place here, and no query but those that the ledger lets out.

mod confidence;
mod config_diff;
mod follow_ups;
mod head;
mod metric_delta;
mod trials;

use pullwright_proto::{
    job::{Drift, OpenPullRequestSpec},
    proposal::Proposal,
};

use super::{Chart, importance, markdown, marker};

/// GitHub's longest body, in characters.
const LONGEST_BODY: usize = 65_536;
/// Names of parameters and metrics are shown up to this, in characters.
const LONGEST_NAME: usize = 100;
/// Values in the diff are shown up to this, in characters; the diff of the file has them whole.
const LONGEST_VALUE: usize = 200;

const FOOTER: &str = "---\nOpened by Pullwright. A person decides: merge it, or close it. Rejecting the proposal in Pullwright closes it too.";

/// What is proposed and why, as far as it is known; with the hashes and the hidden mark at its end, which are never cut.
///
/// `patch_sha256` is that of the diff that is opened, which anybody can compute with git; empty when it is not known.
/// Each section has a room of its own, so that one that is full takes nothing from the others.
#[must_use]
pub fn body(
    spec: &OpenPullRequestSpec,
    drifts: &[Drift],
    chart: &Chart,
    base_url: Option<&str>,
    patch_sha256: &str,
) -> String {
    let proposal = spec.proposal.clone().unwrap_or_default();
    let mut sections = vec![head::section(&proposal, base_url)];
    if proposal.study.is_none() {
        sections.push(config_diff::section(&proposal, drifts));
    } else {
        sections.extend(metric_delta::section(&proposal.metric_delta));
        sections.extend(confidence::section(spec));
        sections.push(config_diff::section(&proposal, drifts));
        sections.extend(picture(chart));
        sections.extend(trials::section(spec, &proposal));
        sections.extend(follow_ups::section(&proposal));
        sections.extend(fallback(chart, &proposal));
    }
    let hashes = hashes(patch_sha256, &proposal.config_diff_sha256);
    let end = format!("\n\n{hashes}{FOOTER}\n\n{}\n", marker(spec));
    markdown::cut(&sections.join("\n\n"), LONGEST_BODY - end.chars().count()) + &end
}

fn picture(chart: &Chart) -> Option<String> {
    match chart {
        Chart::Url(url) => Some(super::image(url)),
        Chart::Failed | Chart::Empty | Chart::NotWanted => None,
    }
}

fn fallback(chart: &Chart, proposal: &Proposal) -> Option<String> {
    let shown = match (chart, &proposal.digest) {
        (Chart::Url(_) | Chart::NotWanted, _) => return None,
        (Chart::Failed, Some(digest)) => importance::table(&digest.parameter_importance),
        (Chart::Failed | Chart::Empty, _) => importance::UNAVAILABLE.to_owned(),
    };
    Some(format!("## Parameter importance\n\n{shown}"))
}

/// What exactly was approved and what exactly is opened: neither can be exchanged afterwards without being seen.
fn hashes(patch: &str, config_diff: &str) -> String {
    let lines: Vec<String> = [("Diff", patch), ("Parameters", config_diff)]
        .into_iter()
        .filter(|(_, hash)| !hash.is_empty())
        .map(|(of, hash)| format!("<sub>{of} sha256 {}</sub>", markdown::code(hash, 64)))
        .collect();
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n\n" }
}
