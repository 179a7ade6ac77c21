//! What opening a proposal's pull request would mean now: for the click that asks for it, and for whoever wants to know before.
//!
//! Decides and reads; what is written, and when a job is queued, is the click's business.

use jiff::{Timestamp, TimestampRound, Unit};
use pullwright_pg::Queries;
use uuid::Uuid;

use crate::{
    App,
    domain::{
        Detail, Generation, Proposal, Status, branch,
        generation::{Expected, Target},
    },
    error::{Error, Result},
    store::{details, generations, jobs, journal},
};

/// Why a proposal cannot be opened that is not pending.
pub(super) const NOT_PENDING: &str = "a pull request can be opened for a pending proposal only";
const NO_DIGEST: &str = "its study has no digest yet, so there is nothing to change";
const ANNOUNCED_OTHERWISE: &str = "a commit of it was announced already, and not with what is expected now; ask without an expectation to go on with that commit, or reject it";

/// The generation that an open job works on.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) generation: Generation,
    pub(super) progress: Progress,
}

/// How far a generation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nobody works on it: it is made as of now.
    New,
    /// A job was asked for: where it goes stays, what is expected may still be said anew.
    Asked,
    /// A commit was announced, or GitHub answered: all of it stays.
    Announced,
}

/// What must hold before anything is written; gives where the change goes.
///
/// # Errors
/// In this order: no such proposal, its state does not allow it, its cluster has no config repository, no credential can be had,
/// the registry is away.
pub(super) async fn preflight(app: &App, id: Uuid) -> Result<Target> {
    // The connection goes back before the registry is asked.
    let Detail { proposal, changes, .. } = {
        let db = app.db.client().await?;
        details::get(&db, id).await?.ok_or(Error::ProposalNotFound(id))?
    };
    require_openable(&proposal)?;
    if changes.is_empty() {
        return Err(Error::InvalidStateTransition {
            id,
            status: proposal.status,
            problem: NO_DIGEST,
        });
    }
    let unwired = || Error::ClusterHasNoConfigRepo { cluster: proposal.cluster.name.clone() };
    let resolved =
        match app.registry.resolve_target(proposal.cluster.id, proposal.template.id).await {
            // A cluster that was deleted since is wired to nothing.
            Err(Error::ClusterNotFound(_)) => return Err(unwired()),
            resolved => resolved?,
        };
    let repository = resolved.repository.ok_or_else(unwired)?;
    match repository.credential_problem {
        None => Ok(repository.target),
        Some(problem) => {
            let Target { host, owner, name, .. } = repository.target;
            Err(Error::GithubNotConfigured {
                repository: format!("{host}/{owner}/{name}"),
                problem,
            })
        }
    }
}

/// Whether a proposal's state allows that its pull request is opened.
///
/// # Errors
/// It does not.
pub(super) fn require_openable(proposal: &Proposal) -> Result<()> {
    let Proposal { id, status, .. } = *proposal;
    if status == Status::Pending {
        Ok(())
    } else {
        Err(Error::InvalidStateTransition { id, status, problem: NOT_PENDING })
    }
}

/// The generation that a click is about: the one that is under way, else one made as of now that expects `expected`.
///
/// # Errors
/// Something was announced that is not what is expected, or the database is away.
pub(super) async fn plan(
    app: &App,
    db: &impl Queries,
    proposal: &Proposal,
    target: Target,
    expected: Expected,
) -> Result<Plan> {
    let number = proposal.generation.max(1);
    let known = generations::get(db, proposal.id, number).await?;
    if let Some(generation) = known {
        if generations::has_begun(db, proposal.id, number).await? {
            check_announced(db, &generation, &expected).await?;
            return Ok(Plan { generation, progress: Progress::Announced });
        }
        if jobs::has_live(db, jobs::Kind::OpenPullRequest, proposal.id).await? {
            return Ok(Plan { generation, progress: Progress::Asked });
        }
    }
    let settings = &app.settings;
    let generation = Generation {
        proposal_id: proposal.id,
        number,
        target,
        config_diff_sha256: proposal.config_diff_sha256.clone(),
        author_name: settings.author.name.clone(),
        author_email: settings.author.email.clone(),
        brand: settings.brand.clone(),
        branch: branch::name(&settings.brand, proposal.study_id, proposal.id, number),
        started_at: whole_second(app.clock.now()),
        expected,
        patch_sha256: None,
        pull_request: None,
    };
    Ok(Plan { generation, progress: Progress::New })
}

/// What was announced is what will be opened: an expectation that it does not meet, or of which nothing is known, is refused.
async fn check_announced(
    db: &impl Queries,
    generation: &Generation,
    expected: &Expected,
) -> Result<()> {
    let announced = journal::announcements(db, &[generation.proposal_id])
        .await?
        .remove(&(generation.proposal_id, generation.number))
        .unwrap_or_default();
    if expected.is_met_by(&generation.expected, &announced) {
        return Ok(());
    }
    Err(Error::InvalidStateTransition {
        id: generation.proposal_id,
        status: Status::Pending,
        problem: ANNOUNCED_OTHERWISE,
    })
}

fn whole_second(at: Timestamp) -> Timestamp {
    let down = TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Floor);
    at.round(down).unwrap_or(at)
}
