//! What the optimiser suggests to do next.

use pullwright_proto::proposal::{FollowUp, Proposal};

use crate::text::{compact::compact, markdown};

/// A rationale is shown up to this, in characters.
const LONGEST_RATIONALE: usize = 600;
/// A search space is shown up to this, in characters.
const LONGEST_SPACE: usize = 300;
const ROOM: usize = 11_000;

/// One sentence or two each; `None` when there are none that say anything.
pub(super) fn section(proposal: &Proposal) -> Option<String> {
    let digest = proposal.digest.as_ref()?;
    let said: Vec<String> = digest.suggested_followups.iter().filter_map(sentence).collect();
    let mut section = "## Suggested follow-ups\n".to_owned();
    let mut room = ROOM;
    for (at, sentence) in said.iter().enumerate() {
        let length = sentence.chars().count();
        if length > room {
            section.push_str(&format!("\n\n… and {} more suggestions", said.len() - at));
            break;
        }
        room -= length;
        section.push_str(&format!("\n- {sentence}"));
    }
    (!said.is_empty()).then_some(section)
}

/// A suggestion that begins with words of ours, so that nothing in it stands at a line's beginning.
fn sentence(follow_up: &FollowUp) -> Option<String> {
    let rationale = markdown::line(follow_up.rationale.trim(), LONGEST_RATIONALE);
    let kind = match follow_up.kind.as_str() {
        "narrow" => "Narrow the search space.".to_owned(),
        "widen" => "Widen the search space.".to_owned(),
        "swap_template" => {
            format!("Try the template {}.", markdown::code(&follow_up.template_id, 36))
        }
        // Text, and whatever later optimisers may suggest.
        _ if rationale.is_empty() => return None,
        _ => return Some(format!("**Suggestion.** {rationale}")),
    };
    let mut sentence = format!("**{kind}**");
    if !rationale.is_empty() {
        sentence.push_str(&format!(" {rationale}"));
    }
    if !follow_up.search_space_json.is_empty() {
        let space = markdown::code(&compact(&follow_up.search_space_json), LONGEST_SPACE);
        sentence.push_str(&format!(" Search space: {space}"));
    }
    Some(sentence)
}
