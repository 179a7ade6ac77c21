//! The commit's message.

use pullwright_proto::job::OpenPullRequestSpec;

use super::markdown::one_line;

/// What was changed, for which cluster and template, by which study.
#[must_use]
pub fn message(spec: &OpenPullRequestSpec) -> String {
    let proposal = spec.proposal.clone().unwrap_or_default();
    let template = proposal.template.unwrap_or_default();
    let cluster = proposal.cluster.unwrap_or_default();
    let origin = if proposal.study_id.is_empty() {
        format!("proposal {}", proposal.id)
    } else {
        format!("study {}", proposal.study_id)
    };
    let mut message = format!(
        "relevance: tune {} params ({origin})\n\nCluster: {}\nTemplate: {} v{}\n\nParameters:\n",
        one_line(&template.name),
        one_line(&cluster.name),
        one_line(&template.name),
        template.version
    );
    for change in &proposal.config_diff {
        message.push_str(&format!(
            "  {}: {} -> {}\n",
            one_line(&change.key),
            one_line(&change.from_json),
            one_line(&change.to_json)
        ));
    }
    message.push_str(&format!("\nPullwright-Proposal: {}\n", proposal.id));
    message
}
