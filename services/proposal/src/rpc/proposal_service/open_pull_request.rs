//! `OpenPullRequest`: sends a pending proposal on its way.

use std::time::Duration;

use pullwright_pg::Transaction;
use pullwright_proto::proposal as v1;
use uuid::Uuid;

use crate::{
    App,
    convert::{id, proposal},
    domain::{Detail, Generation, Proposal, Status, branch, generation::Target, job::push_lane},
    error::{Error, Result},
    store::{
        details,
        events::{self, NewEvent},
        generations::{self, NewGeneration},
        jobs::{self, Kind, NewJob},
        proposals,
    },
};

const NOT_PENDING: &str = "a pull request can be opened for a pending proposal only";

/// Freezes where the change goes and queues the job that opens the pull request; asking twice is asking once.
///
/// # Errors
/// In this order: no such proposal, it is not pending, its cluster has no config repository, no credential can be had, the
/// database is away.
pub(super) async fn open_pull_request(
    app: &App,
    request: v1::OpenPullRequestRequest,
) -> Result<v1::OpenPullRequestResponse> {
    let id = id::parse("proposal_id", &request.proposal_id)?;
    let target = preflight(app, id).await?;

    let mut db = app.db.client().await?;
    let tx = db.begin().await?;
    let proposal = proposals::lock(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    require_pending(id, proposal.status)?;
    let generation = accept(app, &tx, &proposal, &target).await?;
    let job = NewJob {
        kind: Kind::OpenPullRequest,
        subject: id,
        generation: generation.number,
        lane: push_lane(generation.target.repository_id),
        wait: Duration::ZERO,
        reason: None,
    };
    let queued = jobs::enqueue(&tx, &job).await?;
    events::record(&tx, id, requested(&proposal, &generation, queued.is_new)).await?;
    let detail = details::get(&tx, id).await?.ok_or(Error::ProposalNotFound(id))?;
    tx.commit().await?;
    app.wakeup.poke();
    Ok(v1::OpenPullRequestResponse { proposal: Some(proposal::message(detail)) })
}

/// What must hold before anything is written; gives where the change goes.
async fn preflight(app: &App, id: Uuid) -> Result<Target> {
    // The connection goes back before the registry is asked.
    let Detail { proposal, changes, .. } = {
        let db = app.db.client().await?;
        details::get(&db, id).await?.ok_or(Error::ProposalNotFound(id))?
    };
    require_pending(id, proposal.status)?;
    if changes.is_empty() {
        let problem = "its study has no digest yet, so there is nothing to change";
        return Err(Error::InvalidStateTransition { id, status: proposal.status, problem });
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

/// Freezes the target unless something of the generation is under way already: then the first target stays.
async fn accept(
    app: &App,
    tx: &Transaction<'_>,
    proposal: &Proposal,
    target: &Target,
) -> Result<Generation> {
    let number = proposal.generation.max(1);
    let settings = &app.settings;
    let is_under_way = generations::has_begun(tx, proposal.id, number).await?
        || jobs::has_live(tx, Kind::OpenPullRequest, proposal.id).await?;
    if !is_under_way {
        let generation = NewGeneration {
            proposal_id: proposal.id,
            number,
            target,
            config_diff_sha256: &proposal.config_diff_sha256,
            author_name: &settings.author.name,
            author_email: &settings.author.email,
            brand: &settings.brand,
            branch: &branch::name(&settings.brand, proposal.study_id, proposal.id, number),
        };
        generations::freeze(tx, &generation).await?;
    }
    let generation = generations::get(tx, proposal.id, number)
        .await?
        .ok_or(Error::ProposalNotFound(proposal.id))?;
    let sent = proposals::send(tx, proposal.id, number, generation.target.repository_id).await?;
    Error::unless_changed(sent, proposal, NOT_PENDING)?;
    Ok(generation)
}

fn require_pending(id: Uuid, status: Status) -> Result<()> {
    if status == Status::Pending {
        Ok(())
    } else {
        Err(Error::InvalidStateTransition { id, status, problem: NOT_PENDING })
    }
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
    match &proposal.pr_open_error {
        Some(error) => event.fact("previous_error", error),
        None => event,
    }
}
