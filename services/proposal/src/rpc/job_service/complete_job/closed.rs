//! The pull request is closed, or there was none: where the proposal stands does not change, unless GitHub says that it was merged.

use super::{Steps, record_event, with_steps};
use crate::{
    domain::{delivery::Sight, text::cut},
    error::Result,
    rpc::{
        follow::{self, RUNNER, Report, Weight},
        job_service::{
            held::Held,
            record::{self, Reported},
        },
    },
    store::{Transaction, events::NewEvent},
};

/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 4_000;

pub(super) async fn closed(
    tx: &Transaction<'_>,
    held: &Held,
    reported: Option<&Reported>,
    branch_deleted: bool,
    kept_reason: &str,
    steps: Steps,
) -> Result<()> {
    let what = match reported {
        Some(Reported { pull, .. }) => format!("pull request #{} is {}", pull.number, pull.state),
        None => "there was no pull request".to_owned(),
    };
    let told = if branch_deleted {
        format!("{what}, its branch is gone")
    } else {
        format!("{what}, the branch stays")
    };
    let mut event = NewEvent::new("close_completed", told).fact("branch_deleted", branch_deleted);
    if !kept_reason.is_empty() {
        event = event.fact("branch_kept_reason", cut(kept_reason, LONGEST_REASON));
    }
    record_event(tx, held, with_steps(event, steps)).await?;

    let Some(reported) = reported else { return Ok(()) };
    record::write(tx, "closed.pull_request", reported).await?;
    let Reported { generation, pull } = reported;
    let report = Report {
        sight: Sight::new(pull.state, pull.merged_at),
        updated_at: pull.updated_at,
        by: RUNNER,
        weight: Weight::Answer,
    };
    follow::follow(tx, &held.proposal, generation, pull, report).await?;
    follow::catch_up(tx, generation, pull.number).await
}
