//! What people read on GitHub. Pure: a job's spec in, text out; whoever sends it redacts it.

mod body;
pub mod commit;
mod markdown;
#[cfg(test)]
mod tests;

use pullwright_proto::job::OpenPullRequestSpec;

pub use body::body;

/// GitHub's longest title, in characters.
const LONGEST_TITLE: usize = 255;

/// The pull request's title.
#[must_use]
pub fn title(spec: &OpenPullRequestSpec) -> String {
    let proposal = spec.proposal.clone().unwrap_or_default();
    let title = match &proposal.study {
        Some(study) => format!("Pullwright: {}", markdown::one_line(&study.name)),
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

/// The last twelve hexadecimal digits of an id.
fn tail(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or(id)
}
