//! The commands: a mention at the beginning, a verb, and the rest of the comment.

use crate::{Handle, mention::end_of_mention};

/// What a bot can be told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Review the pull request.
    Review,
    /// Work on the issue, or on what the comment says about the pull request.
    Fix,
    /// Review the pull request again, looking further.
    Deepen,
    /// Do the last task again.
    Retry,
    /// End what is queued or running.
    Cancel,
    /// Say what is going on.
    Status,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 6] =
        [Self::Review, Self::Fix, Self::Deepen, Self::Retry, Self::Cancel, Self::Status];

    /// The verb as it is written, in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Fix => "fix",
            Self::Deepen => "deepen",
            Self::Retry => "retry",
            Self::Cancel => "cancel",
            Self::Status => "status",
        }
    }

    /// Whether it changes nothing, so that whoever may read the thread may ask for it.
    #[must_use]
    pub fn only_looks(self) -> bool {
        self == Self::Status
    }
}

/// A command and what was written after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command<'t> {
    /// What to do.
    pub verb: Verb,
    /// The rest of the comment as it was written, code and quotes included, trimmed; it may be empty.
    pub arguments: &'t str,
}

/// The command that the comment begins with, if it is one; `seen` is the visible form of `text`, byte for byte as long.
pub(crate) fn find<'t>(text: &'t str, seen: &str, handle: &Handle) -> Option<Command<'t>> {
    let at = seen.len() - seen.trim_start().len();
    let rest = seen[at..].starts_with('@').then(|| end_of_mention(seen, at, handle))??;
    let rest = after_address(seen, rest);
    let from = rest + (seen[rest..].len() - seen[rest..].trim_start().len());
    let word = seen[from..].split_whitespace().next()?;
    let name = word.trim_end_matches([':', ',', '.', '!']);
    let verb = Verb::ALL.into_iter().find(|verb| name.eq_ignore_ascii_case(verb.as_str()))?;
    Some(Command { verb, arguments: text[from + word.len()..].trim() })
}

/// Steps over what politeness puts behind a name: `@bot[bot]`, `@bot,` and `@bot:`.
fn after_address(seen: &str, at: usize) -> usize {
    const SUFFIX: &str = "[bot]";
    let suffix = seen.get(at..at + SUFFIX.len());
    let at = at + suffix.filter(|s| s.eq_ignore_ascii_case(SUFFIX)).map_or(0, str::len);
    at + usize::from(seen[at..].starts_with([',', ':']))
}
