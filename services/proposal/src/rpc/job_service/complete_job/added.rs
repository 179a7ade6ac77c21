//! What was done beside a pull request, a comment or some tidying up: told, and nothing of the proposal changes.

use pullwright_proto::job as v1;

use super::{Steps, record_event, with_steps};
use crate::{
    domain::text::cut,
    error::Result,
    rpc::job_service::held::Held,
    store::{Transaction, events::NewEvent},
};

/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 4_000;
/// Most numbers that are told.
const MOST_NUMBERS: usize = 100;

pub(super) async fn commented(
    tx: &Transaction<'_>,
    held: &Held,
    said: &v1::PullRequestCommented,
    steps: Steps,
) -> Result<()> {
    let event = NewEvent::new("pull_request_commented", "the comment with the chart is there")
        .fact("comment_id", said.comment_id)
        .fact("adopted", said.adopted);
    record_event(tx, held, with_steps(event, steps)).await
}

pub(super) async fn tidied(
    tx: &Transaction<'_>,
    held: &Held,
    said: &v1::PullRequestsTidied,
    kept_reason: &str,
    steps: Steps,
) -> Result<()> {
    let numbers: Vec<_> =
        said.closed_numbers.iter().take(MOST_NUMBERS).map(|number| format!("#{number}")).collect();
    let closed = match numbers.is_empty() {
        true => "no pull request of ours was left over".to_owned(),
        false => format!("closed {}, which nothing records", numbers.join(", ")),
    };
    let branch = if said.branch_deleted { "the branch is gone" } else { "the branch stays" };
    let mut event = NewEvent::new("tidied", format!("{closed}; {branch}"))
        .fact("closed_numbers", numbers.join(","))
        .fact("branch_deleted", said.branch_deleted);
    let deleted: Vec<_> =
        said.deleted_comment_ids.iter().take(MOST_NUMBERS).map(ToString::to_string).collect();
    if !deleted.is_empty() {
        event = event.fact("deleted_comment_ids", deleted.join(","));
    }
    if !kept_reason.is_empty() {
        event = event.fact("branch_kept_reason", cut(kept_reason, LONGEST_REASON));
    }
    record_event(tx, held, with_steps(event, steps)).await
}
