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
        proposal::Template,
    },
    error::{Error, Result},
    registry::{Repository, Resolved},
    store::{details, generations, jobs, journal},
};

/// Why a proposal cannot be opened.
pub(super) const NOT_OPENABLE: &str = "a pull request can be opened for a pending proposal, or after its pull request was closed without a merge";
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
    let resolved = app.registry.resolve_target(proposal.cluster.id, proposal.template.id).await;
    let repository = wired(app, &proposal, resolved).await?;
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

/// The repository that a proposal's cluster is wired to; what was deleted since the proposal was created is named.
async fn wired(app: &App, proposal: &Proposal, resolved: Result<Resolved>) -> Result<Repository> {
    const CREATE: &str = "reject this proposal and create one for what there is";
    const WIRE: &str = "wire the cluster to another one, then ask again";
    let (cluster, Template { name, version, .. }) = (&proposal.cluster.name, &proposal.template);
    let deleted =
        |deleted, remedy| Err(Error::TargetDeleted { cluster: cluster.clone(), deleted, remedy });
    let repository = match resolved {
        Err(Error::ClusterNotFound(_)) => return deleted(format!("cluster {cluster}"), CREATE),
        Err(Error::TemplateNotFound(_)) => {
            return deleted(format!("version {version} of query template {name}"), CREATE);
        }
        resolved => resolved?.repository,
    };
    match (repository, proposal.config_repo_id) {
        (Some(repository), _) => Ok(repository),
        // Deleting a repository unwires its clusters, so it is the proposal that remembers it.
        (None, Some(id)) if !app.registry.has_config_repo(id).await? => {
            deleted(format!("the config repository of cluster {cluster}"), WIRE)
        }
        (None, _) => Err(Error::ClusterHasNoConfigRepo { cluster: cluster.clone() }),
    }
}

/// The number of the generation that opening a proposal's pull request now is about.
///
/// # Errors
/// The proposal's state does not allow it.
pub(super) fn require_openable(proposal: &Proposal) -> Result<i32> {
    let Proposal { id, status, .. } = *proposal;
    proposal.openable_generation().ok_or(Error::InvalidStateTransition {
        id,
        status,
        problem: NOT_OPENABLE,
    })
}

/// The generation that a click is about: the one that is under way, else one made as of now that expects `expected`.
///
/// # Errors
/// The proposal's state does not allow it, something was announced that is not what is expected, or the database is away.
pub(super) async fn plan(
    app: &App,
    db: &impl Queries,
    proposal: &Proposal,
    target: Target,
    expected: Expected,
) -> Result<Plan> {
    let number = require_openable(proposal)?;
    let known = generations::get(db, proposal.id, number).await?;
    if let Some(generation) = known {
        if generations::has_begun(db, proposal.id, number).await? {
            check_announced(db, &generation, &expected).await?;
            return Ok(Plan { generation, progress: Progress::Announced });
        }
        if jobs::has_live(db, jobs::Kind::OpenPullRequest, proposal.id, number).await? {
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
