//! What is known of GitHub's side of a pull request: when it is looked at next, and what stands in the way.

use jiff::Timestamp;

use super::{Action, Facts, words::problem};

/// A pull request that is looked at from time to time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// When it is looked at next; none when that is still to be said.
    pub next_at: Option<Timestamp>,
    /// Since when reports of it contradict each other.
    pub disputed_since: Option<Timestamp>,
    /// Since when GitHub does not know it.
    pub gone_since: Option<Timestamp>,
    /// Why it could not be seen the last time.
    pub problem: Option<(String, String)>,
    /// Why its repository could not be looked at the last time.
    pub repository_problem: Option<(String, String)>,
}

/// What is said of a pull request that GitHub does not know any more, instead of all else.
pub(super) fn gone(facts: &Facts, state: &str) -> Option<(String, Vec<Action>)> {
    let watch = facts.watch.as_ref()?;
    let since = facts.when(watch.gone_since?);
    let why = watch.problem.as_ref().map(|(reason, text)| format!(": {}", problem(reason, text)));
    let clause = format!(
        "{} was {state} as far as is known, but GitHub has not known it since {since}, or hides it from our credential{}{}: see whether it or its repository was deleted and whether the credential may still read it, and reject the proposal if it is gone",
        facts.pull_request(),
        why.unwrap_or_default(),
        again(facts, watch, "; it is looked for again"),
    );
    let actions = vec![
        Action::elsewhere(
            "See on GitHub whether the pull request is there and the credential may read it.",
        ),
        Action::reject(),
    ];
    Some((clause, actions))
}

/// What is added to what is known of it.
pub(super) fn clause(facts: &Facts) -> String {
    let Some(watch) = &facts.watch else { return String::new() };
    if let Some(since) = watch.disputed_since {
        return format!(
            "; two reports of it have contradicted each other since {}, and GitHub is asked at once",
            facts.when(since)
        );
    }
    if let Some((reason, text)) = &watch.repository_problem {
        return format!(
            "; its repository could not be looked at: {}, which is tried again by itself",
            problem(reason, text)
        );
    }
    match &watch.problem {
        Some((reason, text)) => {
            let again = again(facts, watch, ", and is looked at again");
            format!("; it could not be looked at: {}{again}", problem(reason, text))
        }
        None => again(facts, watch, "; GitHub is asked about it again"),
    }
}

fn again(facts: &Facts, watch: &Watch, what: &str) -> String {
    match watch.next_at {
        Some(at) if at > facts.now => format!("{what} at {}", facts.when(at)),
        Some(_) => format!("{what} at once"),
        None => String::new(),
    }
}
