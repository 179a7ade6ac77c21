//! The comment that shows the chart.

use pullwright_proto::job::OpenPullRequestSpec;

use super::{Chart, importance};

/// The hidden mark by which a comment is known to be this proposal's and this generation's chart.
#[must_use]
pub fn mark(proposal_id: &str, generation: i32) -> String {
    format!("<!-- pullwright chart proposal={proposal_id} generation={generation} -->")
}

/// The chart, or the five most important parameters, or that there are none; `None` for a proposal that has no study.
#[must_use]
pub fn body(spec: &OpenPullRequestSpec, chart: &Chart) -> Option<String> {
    let proposal = spec.proposal.as_ref()?;
    let shown = match chart {
        Chart::NotWanted => return None,
        Chart::Url(url) => super::image(url),
        Chart::Empty => importance::UNAVAILABLE.to_owned(),
        Chart::Failed => proposal.digest.as_ref().map_or_else(
            || importance::UNAVAILABLE.to_owned(),
            |digest| importance::table(&digest.parameter_importance),
        ),
    };
    Some(format!("{}\n\n{shown}\n", mark(&proposal.id, spec.generation)))
}
