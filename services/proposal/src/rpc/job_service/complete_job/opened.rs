//! The pull request exists: the proposal is opened and its comment queued, or, when nobody wants it any more, its closing.

use std::time::Duration;

use pullwright_proto::job as v1;

use super::{Steps, current, record_event, with_steps};
use crate::{
    App,
    convert::job,
    domain::{
        Generation, PullRequest, Status,
        delivery::Sight,
        job::{Kind, push_lane},
        text::cut,
    },
    error::Result,
    rpc::{
        closing,
        follow::{self, RUNNER, Report, Weight},
        job_service::{
            held::Held,
            record::{self, Reported},
        },
    },
    store::{
        Transaction, digests,
        events::NewEvent,
        generations,
        jobs::{self, NewJob},
    },
};

/// Longest value that an event quotes, in characters.
const LONGEST_VALUE: usize = 1_000;
/// Most drifts that are told one by one.
const MOST_DRIFTS: usize = 100;

pub(super) async fn opened(
    app: &App,
    tx: &Transaction<'_>,
    held: &Held,
    reported: &Reported,
    said: v1::PullRequestOpened,
    steps: Steps,
) -> Result<()> {
    let Reported { generation, pull } = reported;
    let patch = job::read_patch(&said.patch_sha256)?;
    record::write(tx, "opened.pull_request", reported).await?;
    if let Some(sha256) = patch {
        generations::note_patch(tx, generation, sha256).await?;
    }
    // A delivery may have opened it, or even merged it, before its runner came to tell.
    let is_wanted = held.is_wanted() || is_opened(held);
    let report = Report {
        sight: Sight::new(pull.state, pull.merged_at),
        updated_at: pull.updated_at,
        by: RUNNER,
        weight: Weight::Word,
    };
    let event = if is_wanted {
        NewEvent::new("pull_request_opened", format!("opened pull request #{}", pull.number))
    } else {
        let told = format!(
            "opened pull request #{}, but nobody wants it any more; it will be closed",
            pull.number
        );
        NewEvent::new("pull_request_unwanted", told)
    };
    record_event(tx, held, with_steps(facts(event, reported, &said), steps)).await?;
    drifts(tx, held, &said).await?;

    follow::follow(tx, &held.proposal, generation, pull, report).await?;
    follow::catch_up(tx, generation, pull.number).await?;
    if is_wanted {
        if app.settings.chart_comment { comment(tx, held, generation).await } else { Ok(()) }
    } else {
        close(tx, held, pull).await
    }
}

/// Queues the comment that shows the chart, when there is a study that can have one.
async fn comment(tx: &Transaction<'_>, held: &Held, generation: &Generation) -> Result<()> {
    let proposal = current(tx, held.job.subject).await?;
    let kind = Kind::CommentPullRequest;
    let Some(study_id) = proposal.study_id else { return Ok(()) };
    if !kind.is_wanted(proposal.standing(), generation.number)
        || digests::of_study(tx, study_id).await?.is_none()
    {
        return Ok(());
    }
    let job = NewJob {
        kind,
        subject: proposal.id,
        generation: generation.number,
        lane: push_lane(generation.target.repository_id),
        wait: Duration::ZERO,
        reason: None,
    };
    jobs::enqueue(tx, &job).await?;
    Ok(())
}

fn is_opened(held: &Held) -> bool {
    held.proposal.generation == held.job.generation
        && matches!(held.proposal.status, Status::PrOpened | Status::PrMerged)
}

/// Queues the closing unless the pull request turned out to be merged.
async fn close(tx: &Transaction<'_>, held: &Held, pull: &PullRequest) -> Result<()> {
    let proposal = current(tx, held.job.subject).await?;
    let number = held.job.generation;
    if !Kind::ClosePullRequest.is_wanted(proposal.standing(), number) {
        return Ok(());
    }
    let reason = match (proposal.status, &proposal.rejected_reason) {
        (Status::Rejected, Some(reason)) => format!("rejected: {reason}"),
        (Status::Rejected, None) => "rejected".to_owned(),
        (Status::Superseded, _) => "superseded by a better proposal".to_owned(),
        (Status::Pending | Status::PrOpened | Status::PrMerged, _) => {
            format!("pull request #{} belongs to a generation that is over", pull.number)
        }
    };
    closing::close(tx, proposal.id, number, reason).await
}

fn facts(event: NewEvent, reported: &Reported, said: &v1::PullRequestOpened) -> NewEvent {
    let Reported { generation, pull } = reported;
    let event = match said.patch_sha256.as_str() {
        "" => event,
        sha256 => event.fact("patch_sha256", sha256),
    };
    event
        .fact("branch", &generation.branch)
        .fact("base_oid", &pull.base_oid)
        .fact("head_oid", &pull.head_oid)
        .fact("number", pull.number)
        .fact("url", &pull.url)
        .fact("adopted", said.adopted)
}

/// What differed from what the proposal expected; told, never repaired.
async fn drifts(tx: &Transaction<'_>, held: &Held, said: &v1::PullRequestOpened) -> Result<()> {
    if !said.moved_from_base_oid.is_empty() {
        let told = "the base branch has moved since, and the params file differs there";
        let event = NewEvent::new("base_moved", told)
            .fact("from_base_oid", cut(&said.moved_from_base_oid, 64));
        record_event(tx, held, event).await?;
    }
    for drift in said.drifts.iter().take(MOST_DRIFTS) {
        let told = "a parameter's value in the file was not the one that the proposal expected";
        let event = NewEvent::new("drift", told)
            .fact("key", cut(&drift.key, LONGEST_VALUE))
            .fact("expected", cut(&drift.expected_json, LONGEST_VALUE))
            .fact("found", cut(&drift.found_json, LONGEST_VALUE));
        record_event(tx, held, event).await?;
    }
    Ok(())
}
