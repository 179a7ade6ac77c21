//! Whose proposal it is.

use pullwright_proto::proposal::Proposal;

use crate::text::markdown;

const LONGEST_STUDY: usize = 256;

/// The heading, with the study and the way to it.
pub(super) fn section(proposal: &Proposal, base_url: Option<&str>) -> String {
    let Some(study) = &proposal.study else {
        return "# Pullwright proposal (manual)\n\nA person made this proposal; there are no study metrics for it.".to_owned();
    };
    let name = markdown::line(&study.name, LONGEST_STUDY);
    let mut head =
        format!("# Pullwright proposal\n\n**Study:** {name} ({})", markdown::code(&study.id, 36));
    if let Some(base_url) = base_url {
        head.push_str(&format!(
            "\n**Details:** {}/studies/{}",
            base_url.trim_end_matches('/'),
            study.id
        ));
    }
    head
}
