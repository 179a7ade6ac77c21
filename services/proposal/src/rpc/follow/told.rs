//! What the events say that a sight causes. Pure.

use crate::{
    domain::{PullRequestState, delivery::Known},
    store::events::NewEvent,
};

/// Adds which pull request it is about, and who tells.
pub(in crate::rpc) fn about(event: NewEvent, number: i64, url: &str, by: &'static str) -> NewEvent {
    event.fact("number", number).fact("url", url).by(by)
}

/// It came late.
pub(in crate::rpc) fn stale(number: i64, seen: PullRequestState) -> NewEvent {
    let told =
        format!("a report that pull request #{number} is {seen} came late and changed nothing");
    NewEvent::new("report_stale", told)
}

/// It contradicts what is known.
pub(super) fn disputed(number: i64, seen: PullRequestState) -> NewEvent {
    let told = format!(
        "a report says that pull request #{number} is {seen}, which contradicts what is known, and nothing says which is newer; nothing was changed"
    );
    NewEvent::new("disputed", told)
}

/// It was closed or reopened; none when that was known, or when it is the first word.
pub(in crate::rpc) fn shown(number: i64, known: Known, seen: PullRequestState) -> Option<NewEvent> {
    match (known.state, seen) {
        (Some(known), seen) if known == seen => None,
        (None, PullRequestState::Open) => None,
        (_, PullRequestState::Open) => Some(NewEvent::new(
            "pull_request_reopened",
            format!("pull request #{number} was reopened"),
        )),
        (_, _) => Some(NewEvent::new(
            "pull_request_closed",
            format!("pull request #{number} was closed without a merge"),
        )),
    }
}
