//! Where a handle stands as a mention and not as a part of another word.

use crate::Handle;

/// Whether the visible text mentions the handle anywhere.
pub(crate) fn is_in(seen: &str, handle: &Handle) -> bool {
    seen.match_indices('@').any(|(at, _)| end_of_mention(seen, at, handle).is_some())
}

/// The byte after the mention whose `@` stands at byte `at`; `None` if none stands there.
///
/// Before it stands neither a letter, a digit nor `@`; after it neither a letter, a digit, `-`, `_` nor `/`: so neither an address,
/// a longer login nor a team of that name is a mention.
pub(crate) fn end_of_mention(seen: &str, at: usize, handle: &Handle) -> Option<usize> {
    let name = at + 1;
    let end = name + handle.as_str().len();
    let found = seen.get(name..end)?.eq_ignore_ascii_case(handle.as_str());
    let before = seen[..at].chars().next_back();
    let after = seen[end..].chars().next();
    let apart = !before.is_some_and(|c| c.is_alphanumeric() || c == '@')
        && !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/'));
    (found && apart).then_some(end)
}
