//! `OpenPullRequest`: sends a proposal on its way, once more after its pull request was closed without a merge.

use std::time::Duration;

use pullwright_pg::Transaction;
use pullwright_proto::proposal as v1;
use uuid::Uuid;

use crate::{
    App,
    convert::{id, job::read_expected, proposal},
    domain::{
        Generation, Proposal, Violations,
        generation::{Expected, Target},
        job::push_lane,
    },
    error::{Error, Result},
    rpc::{
        closing,
        opening::{self, Plan, Progress},
        repeat::{Begun, Once},
    },
    store::{
        details,
        events::{self, NewEvent},
        generations,
        jobs::{self, Kind, NewJob},
        proposals,
    },
};

/// Freezes where the change goes and queues the job that opens the pull request; asking twice is asking once.
///
/// # Errors
/// In this order: a field is malformed, no such proposal, its state does not allow it, its cluster has no config repository, no
/// credential can be had, the registry is away, something was announced already that is not what is expected, the database is away.
pub(super) async fn open_pull_request(
    app: &App,
    request: v1::OpenPullRequestRequest,
    once: Once<v1::OpenPullRequestResponse>,
) -> Result<v1::OpenPullRequestResponse> {
    let (id, expected) = read(request)?;
    let target = opening::preflight(app, id).await?;

    let mut db = app.db.client().await?;
    let (tx, answer) = match once.begin(&mut db).await? {
        Begun::First(tx, answer) => (tx, answer),
        Begun::Again(response) => return Ok(response),
    };
    let proposal = proposals::lock(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    opening::require_openable(&proposal)?;
    let Accepted { generation, repeats } = accept(app, &tx, &proposal, target, expected).await?;
    let job = NewJob {
        kind: Kind::OpenPullRequest,
        subject: id,
        generation: generation.number,
        lane: push_lane(generation.target.repository_id),
        wait: Duration::ZERO,
        reason: None,
    };
    // An attempt of which something else is expected begins anew, so one of which the same is expected is not asked for again.
    let is_at_it = repeats && jobs::is_leased(&tx, job.kind, id, job.generation).await?;
    let is_new = !is_at_it && jobs::enqueue(&tx, &job).await?.is_new;
    events::record(&tx, id, requested(&proposal, &generation, is_new)).await?;
    let detail = details::get(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    let response = v1::OpenPullRequestResponse { proposal: Some(proposal::message(detail)) };
    answer.commit(tx, &response).await?;
    app.wakeup.poke();
    Ok(response)
}

fn read(request: v1::OpenPullRequestRequest) -> Result<(Uuid, Expected)> {
    let mut violations = Violations::default();
    let id = id::gather("proposal_id", &request.proposal_id, &mut violations);
    let expected =
        read_expected(request.expected_base_oid, request.expected_patch_sha256, &mut violations);
    Error::check(violations)?;
    Ok((id, expected))
}

/// What a click made of the generation that it is about.
struct Accepted {
    generation: Generation,
    /// Whether it expects something, and just that was expected before.
    repeats: bool,
}

/// Freezes the target unless something of the generation is under way already: then the first target stays.
///
/// What the newest click expects holds as long as nothing was announced.
async fn accept(
    app: &App,
    tx: &Transaction<'_>,
    proposal: &Proposal,
    target: Target,
    expected: Expected,
) -> Result<Accepted> {
    let Plan { mut generation, progress } =
        opening::plan(app, tx, proposal, target, expected.clone()).await?;
    let repeats = progress == Progress::Asked
        && generation.expected == expected
        && expected != Expected::default();
    match progress {
        Progress::New => {
            end_last(tx, proposal, generation.number).await?;
            generations::freeze(tx, &generation).await?;
        }
        Progress::Asked => {
            generations::expect(tx, &generation, &expected).await?;
            generation.expected = expected;
        }
        Progress::Announced => {}
    }
    let repository_id = generation.target.repository_id;
    let sent = proposals::send(tx, proposal.id, generation.number, repository_id).await?;
    Error::unless_changed(sent, proposal, opening::NOT_OPENABLE)?;
    Ok(Accepted { generation, repeats })
}

/// Ends the generation before a new one: nothing of it is opened any more, and it is made sure that nothing of it is open.
///
/// What is known of its pull request may be late, or wrong within a second.
async fn end_last(tx: &Transaction<'_>, proposal: &Proposal, number: i32) -> Result<()> {
    let last = number - 1;
    let is_known = generations::get(tx, proposal.id, number).await?.is_some();
    if !is_known && generations::has_begun(tx, proposal.id, last).await? {
        jobs::cancel_queued(tx, Kind::OpenPullRequest, proposal.id, last).await?;
        let reason = format!("generation {number} takes the place of generation {last}");
        closing::close(tx, proposal.id, last, reason).await?;
    }
    Ok(())
}

fn requested(proposal: &Proposal, generation: &Generation, is_new: bool) -> NewEvent {
    let Target { host, owner, name, base_branch, .. } = &generation.target;
    let message = if is_new {
        format!("asked for a pull request against {base_branch} of {owner}/{name}")
    } else {
        format!(
            "asked again for the pull request against {base_branch} of {owner}/{name}, which is on its way"
        )
    };
    let event = NewEvent::new("open_requested", message)
        .fact("generation", generation.number)
        .fact("repository", format!("{host}/{owner}/{name}"))
        .fact("base_branch", base_branch)
        .fact("branch", &generation.branch);
    let Expected { base_oid, patch_sha256 } = &generation.expected;
    let event = match base_oid {
        Some(base_oid) => event.fact("expected_base_oid", base_oid),
        None => event,
    };
    let event = match patch_sha256 {
        Some(patch_sha256) => event.fact("expected_patch_sha256", patch_sha256),
        None => event,
    };
    match &proposal.pr_open_error {
        Some(error) => event.fact("previous_error", error),
        None => event,
    }
}
