//! What somebody saw of a pull request becomes the state of its proposal: for deliveries and for runners alike.
//!
//! Merged and closed are legal from every state: GitHub wins.

pub(super) mod told;

use jiff::Timestamp;

use crate::{
    domain::{
        Generation, Proposal, PullRequest, PullRequestState, Status,
        delivery::{Known, Sight, Verdict, judge, judge_answer},
        job::Kind,
    },
    error::{Error, Result},
    rpc::closing,
    store::{
        Transaction,
        deliveries::{self, End},
        events::{self, NewEvent},
        generations, jobs, journal, live, orphans, proposals,
        pull_requests::{self, Shown},
        watches,
    },
};

/// Who tells: GitHub, in a delivery.
pub(super) const GITHUB: &str = "github";
/// Who tells: a runner, about what GitHub answered it.
pub(super) const RUNNER: &str = "runner";
/// Who tells: a runner that looked because it was time to.
pub(super) const RECONCILER: &str = "reconciler";

/// How much a sight weighs where the stamps do not tell what came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Somebody's word: it changes nothing then.
    Word,
    /// GitHub's answer to a change that we made just now: it decides.
    Answer,
    /// GitHub's answer when it was asked: it decides.
    Look,
}

/// What somebody saw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report {
    pub(super) sight: Sight,
    /// GitHub's `updated_at` of it.
    pub(super) updated_at: Option<Timestamp>,
    /// Who tells.
    pub(super) by: &'static str,
    /// How much it weighs.
    pub(super) weight: Weight,
}

/// Orders a report after or before what is known of a locked proposal's pull request, and applies it when it is news.
pub(super) async fn follow(
    tx: &Transaction<'_>,
    proposal: &Proposal,
    generation: &Generation,
    pull: &PullRequest,
    report: Report,
) -> Result<Verdict> {
    let seen = report.sight.state();
    let is_current = proposal.generation == generation.number;
    // The journal may be ahead of the proposal: a number is recorded before the proposal is opened.
    let known = match is_current {
        true => Known { state: proposal.pr_state, updated_at: proposal.pr_updated_at },
        false => Known { state: Some(pull.state), updated_at: pull.updated_at },
    };
    let verdict = match report.weight {
        Weight::Word => judge(known, seen, report.updated_at),
        Weight::Answer | Weight::Look => judge_answer(known, seen, report.updated_at),
    };
    match verdict {
        Verdict::Agrees => {}
        Verdict::Stale => {
            record(tx, proposal, pull, report, told::stale(pull.number, seen)).await?;
        }
        Verdict::Disputed => {
            record(tx, proposal, pull, report, told::disputed(pull.number, seen)).await?;
            watches::look_now(tx, proposal.id, generation.number).await?;
        }
        Verdict::News => {
            journal::see(tx, generation, report.sight, report.updated_at).await?;
            if is_current && proposal.status == Status::Pending {
                open(tx, proposal, pull, report).await?;
            }
            match report.sight {
                Sight::Merged { at } => merge(tx, proposal, generation, pull, report, at).await?,
                Sight::Open | Sight::Closed if is_current => {
                    show(tx, proposal, pull, report, known).await?;
                }
                Sight::Open | Sight::Closed => {}
            }
        }
    }
    let is_of_old = !is_current && seen == PullRequestState::Open;
    if is_of_old
        && report.weight != Weight::Answer
        && !orphans::was_given_up(tx, proposal.id, generation.number).await?
    {
        // Whatever the stamps say: at most one is open, and it is never one whose time is over.
        let reason = format!("pull request #{} belongs to a generation that is over", pull.number);
        closing::close(tx, proposal.id, generation.number, reason).await?;
    }
    Ok(verdict)
}

/// Applies the deliveries that came before the pull request was known.
pub(super) async fn catch_up(
    tx: &Transaction<'_>,
    generation: &Generation,
    number: i64,
) -> Result<()> {
    let early =
        deliveries::early(tx, generation.target.repository_id, number, generation.started_at)
            .await?;
    for (id, event) in early {
        let Some(sight) = event.sight() else { continue };
        let proposal = proposals::lock(tx, generation.proposal_id)
            .await?
            .ok_or(Error::ProposalNotFound(generation.proposal_id))?;
        let Some(found) = generations::get(tx, generation.proposal_id, generation.number).await?
        else {
            continue;
        };
        let Some(pull) = &found.pull_request else { continue };
        let report =
            Report { sight, updated_at: event.updated_at, by: GITHUB, weight: Weight::Word };
        let verdict = follow(tx, &proposal, &found, pull, report).await?;
        let end = End { outcome: verdict.into(), proposal_id: Some(proposal.id) };
        deliveries::settle(tx, id, &end.into()).await?;
    }
    Ok(())
}

/// T4; said only when GitHub was faster than the runner, which says it with what it knows.
async fn open(
    tx: &Transaction<'_>,
    proposal: &Proposal,
    pull: &PullRequest,
    report: Report,
) -> Result<()> {
    let opened =
        pull_requests::open(tx, proposal.id, proposal.generation, shown(pull, report)).await?;
    if opened && report.by != RUNNER {
        let told = format!("GitHub spoke of pull request #{} before its runner did", pull.number);
        record(tx, proposal, pull, report, NewEvent::new("pull_request_seen", told)).await?;
    }
    Ok(())
}

/// T11 and T12.
async fn show(
    tx: &Transaction<'_>,
    proposal: &Proposal,
    pull: &PullRequest,
    report: Report,
    known: Known,
) -> Result<()> {
    let seen = report.sight.state();
    if !pull_requests::show(tx, proposal.id, proposal.generation, seen, shown(pull, report)).await?
    {
        return Ok(());
    }
    let Some(event) = told::shown(pull.number, known, seen) else { return Ok(()) };
    record(tx, proposal, pull, report, event).await
}

/// T9, T10, and the merge of what was rejected or superseded; moves the live pointer and calls off what is still under way.
async fn merge(
    tx: &Transaction<'_>,
    proposal: &Proposal,
    generation: &Generation,
    pull: &PullRequest,
    report: Report,
    at: Timestamp,
) -> Result<()> {
    let number = generation.number;
    let is_first = pull_requests::merge(tx, proposal.id, number, at, shown(pull, report)).await?;
    let is_live = match proposal.config_repo_id {
        // The repository that it was merged in, which is not the cluster's any more when that was wired anew.
        Some(_) => live::advance(tx, generation.target.repository_id, proposal.id, at).await?,
        None => false,
    };
    let (kind, told) = match proposal.status {
        _ if !is_first => (
            "pull_request_merged",
            format!("pull request #{} of generation {number} was merged as well", pull.number),
        ),
        Status::Pending | Status::PrOpened | Status::PrMerged => {
            ("pull_request_merged", format!("pull request #{} was merged", pull.number))
        }
        from @ (Status::Rejected | Status::Superseded) => (
            "merged_after_rejection",
            format!("pull request #{} was merged although its proposal was {from}", pull.number),
        ),
    };
    let event = NewEvent::new(kind, told).fact("merged_at", at).fact("live", is_live);
    record(tx, proposal, pull, report, event).await?;

    jobs::lock_lanes(tx, &[proposal.id]).await?;
    jobs::cancel_queued(tx, Kind::OpenPullRequest, proposal.id, number).await?;
    jobs::cancel_queued(tx, Kind::ClosePullRequest, proposal.id, number).await?;
    if number != proposal.generation {
        let reason = format!("pull request #{} of the same proposal was merged", pull.number);
        closing::call_back(tx, proposal, reason).await?;
    }
    Ok(())
}

fn shown(pull: &PullRequest, report: Report) -> Shown<'_> {
    Shown { number: pull.number, url: &pull.url, updated_at: report.updated_at }
}

async fn record(
    tx: &Transaction<'_>,
    proposal: &Proposal,
    pull: &PullRequest,
    report: Report,
    event: NewEvent,
) -> Result<()> {
    let event = told::about(event, pull.number, &pull.url, report.by);
    events::record(tx, proposal.id, event).await?;
    Ok(())
}
