//! What people read on GitHub. Pure: a job's spec in, text out; whoever sends it hands in a [`redacted`] spec.

mod body;
pub mod comment;
pub mod commit;
mod compact;
mod importance;
mod inert;
mod markdown;
pub(crate) mod number;
mod redacted;
mod table;
#[cfg(test)]
mod tests;

use pullwright_proto::job::OpenPullRequestSpec;

pub use body::body;
pub use redacted::{redacted, redacted_drifts};

/// GitHub's longest title, in characters.
const LONGEST_TITLE: usize = 255;

/// What there is to show of parameter importance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chart {
    /// A picture at this address, which names the commit that it is in.
    Url(String),
    /// There is importance, but no picture could be made or written.
    Failed,
    /// The study knows no importance.
    Empty,
    /// There is no study.
    NotWanted,
}

/// The pull request's title.
#[must_use]
pub fn title(spec: &OpenPullRequestSpec) -> String {
    let proposal = spec.proposal.clone().unwrap_or_default();
    let title = match &proposal.study {
        Some(study) => format!("Pullwright: {}", inert::inert(&study.name)),
        // The end of a UUIDv7 is random; its beginning is the time and the same for a minute.
        None => format!("Pullwright manual proposal {}", tail(&proposal.id)),
    };
    markdown::cut(&title, LONGEST_TITLE)
}

/// The hidden mark by which a pull request is known to be this proposal's and this generation's.
#[must_use]
pub fn marker(spec: &OpenPullRequestSpec) -> String {
    mark(
        spec.proposal.as_ref().map(|proposal| proposal.id.as_str()).unwrap_or_default(),
        spec.generation,
    )
}

/// The hidden mark of a proposal's generation.
#[must_use]
pub fn mark(proposal_id: &str, generation: i32) -> String {
    format!("<!-- pullwright proposal={proposal_id} generation={generation} -->")
}

/// The proposal and the generation that a text's hidden mark names; the last one, since ours stands at the end.
#[must_use]
pub fn find_mark(body: &str) -> Option<(&str, i32)> {
    let (_, rest) = body.rsplit_once("<!-- pullwright proposal=")?;
    let (id, rest) = rest.split_once(" generation=")?;
    let (generation, _) = rest.split_once(" -->")?;
    let is_id = id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let generation = generation.parse().ok().filter(|generation| *generation > 0)?;
    is_id.then_some((id, generation))
}

/// The objective as metrics are named: `ndcg@10`, `map`.
fn objective(spec: &OpenPullRequestSpec) -> String {
    match &spec.objective {
        Some(objective) if objective.k > 0 => format!("{}@{}", objective.metric, objective.k),
        Some(objective) => objective.metric.clone(),
        None => "objective".to_owned(),
    }
}

/// The chart as Markdown.
fn image(url: &str) -> String {
    format!("![Parameter importance]({url})")
}

/// The last twelve hexadecimal digits of an id.
fn tail(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or(id)
}
