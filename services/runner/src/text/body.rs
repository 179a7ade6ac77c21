//! The pull request's body.

use pullwright_proto::{
    job::{Drift, OpenPullRequestSpec},
    proposal::{MetricDelta, Proposal},
};

use super::{markdown, marker};

/// GitHub's longest body, in characters.
const LONGEST_BODY: usize = 65_536;

/// What is proposed and why, as far as it is known; with the hidden mark at its end, which is never cut.
#[must_use]
pub fn body(spec: &OpenPullRequestSpec, drifts: &[Drift], base_url: Option<&str>) -> String {
    let proposal = spec.proposal.clone().unwrap_or_default();
    let mut sections = vec![head(&proposal, base_url)];
    sections.extend(metrics(&proposal.metric_delta));
    sections.push(config_diff(&proposal, drifts));
    sections.push("---\nOpened by Pullwright. A person decides: merge it, or close it.".to_owned());
    let mark = format!("\n\n{}\n", marker(spec));
    let room = LONGEST_BODY - mark.chars().count();
    markdown::cut(&sections.join("\n\n"), room) + &mark
}

fn head(proposal: &Proposal, base_url: Option<&str>) -> String {
    match &proposal.study {
        None => "# Pullwright proposal (manual)\n\nA person made this proposal; there are no study metrics for it.".to_owned(),
        Some(study) => {
            let mut head =
                format!("# Pullwright proposal\n\n**Study:** {} ({})", markdown::line(&study.name), markdown::code(&study.id));
            if let Some(base_url) = base_url {
                head.push_str(&format!("\n**Details:** {base_url}/studies/{}", study.id));
            }
            head
        }
    }
}

fn metrics(deltas: &[MetricDelta]) -> Option<String> {
    if deltas.is_empty() {
        return None;
    }
    let mut section =
        "## Metric delta\n\n| Metric | Baseline | Achieved | Change |\n| --- | --- | --- | --- |"
            .to_owned();
    for delta in deltas {
        let baseline = delta.baseline.map_or_else(|| "n/a".to_owned(), |value| value.to_string());
        let change =
            delta.delta_pct.map_or_else(|| "n/a".to_owned(), |value| format!("{value:+.1} %"));
        section.push_str(&format!(
            "\n| {} | {baseline} | {} | {change} |",
            markdown::code(&delta.metric),
            delta.achieved
        ));
    }
    Some(section)
}

fn config_diff(proposal: &Proposal, drifts: &[Drift]) -> String {
    let mut section = "## Config diff\n\n| Param | From | To |\n| --- | --- | --- |".to_owned();
    for change in &proposal.config_diff {
        let from = markdown::code(&change.from_json);
        let from = match drifts.iter().find(|drift| drift.key == change.key) {
            None => from,
            Some(drift) if drift.found_json.is_empty() => format!("{from} (not in the file today)"),
            Some(drift) => {
                format!("{from} (the file says {} today)", markdown::code(&drift.found_json))
            }
        };
        section.push_str(&format!(
            "\n| {} | {from} | {} |",
            markdown::code(&change.key),
            markdown::code(&change.to_json)
        ));
    }
    section
}
