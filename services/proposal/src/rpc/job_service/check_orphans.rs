//! `CheckOrphans`.

use std::{collections::HashMap, time::Duration};

use pullwright_proto::job as v1;
use uuid::Uuid;

use super::reads;
use crate::{
    App,
    convert::id,
    domain::{
        job::{Kind, Read, push_lane},
        orphan::Candidate,
        violation::is_storable,
    },
    error::{Error, Result},
    rpc::{closing, follow::RECONCILER},
    store::{
        Transaction,
        events::{self, NewEvent},
        jobs::{self, NewJob},
        orphans, proposals,
    },
};

/// Most branches and most pull requests of one call.
const MOST: usize = 1_000;
const REASON: &str = "it was left on GitHub, and nobody wants it";

/// What stands under one branch.
#[derive(Debug, Clone)]
struct Found {
    tip: String,
    /// The open pull request from it, and which proposal and generation its marker names.
    pull: Option<(i64, String, i32)>,
}

/// Has what nobody wants of these closed, as far as it is ours.
pub(super) async fn check_orphans(
    app: &App,
    request: v1::CheckOrphansRequest,
) -> Result<v1::CheckOrphansResponse> {
    let job_id = id::parse("job_id", &request.job_id)?;
    let token = id::parse("token", &request.token)?;
    let found = read(request.branches, request.pull_requests)?;

    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let repository_id = reads::held(&tx, job_id, token, Read::Orphans).await?.job.subject;
    let branches: Vec<_> = found.keys().map(String::as_str).collect();
    let candidates = orphans::candidates(&tx, repository_id, &branches).await?;
    tx.commit().await?;

    let known = candidates.iter().filter(|one| is_known(one, &found[&one.branch])).count();
    let mut queued = 0;
    for candidate in candidates {
        let found = &found[&candidate.branch];
        if is_known(&candidate, found) && candidate.is_orphan(&found.tip) {
            let tx = client.begin().await?;
            queued += i32::from(close(&tx, repository_id, &candidate, found).await?);
            tx.commit().await?;
        }
    }
    if queued > 0 {
        app.wakeup.poke();
    }
    let unknown = i32::try_from(found.len() - known).unwrap_or(i32::MAX);
    Ok(v1::CheckOrphansResponse { queued, unknown })
}

/// A pull request that names another proposal than the one whose branch it comes from is somebody's imitation.
fn is_known(candidate: &Candidate, found: &Found) -> bool {
    found.pull.as_ref().is_none_or(|(_, proposal_id, generation)| {
        *proposal_id == candidate.proposal_id.to_string() && *generation == candidate.generation
    })
}

/// Queues the job that closes it, if it is still an orphan under its proposal's lock.
async fn close(
    tx: &Transaction<'_>,
    repository_id: Uuid,
    candidate: &Candidate,
    found: &Found,
) -> Result<bool> {
    let Candidate { proposal_id, generation, branch, .. } = candidate;
    if proposals::lock(tx, *proposal_id).await?.is_none() {
        return Ok(false);
    }
    let again = orphans::candidates(tx, repository_id, &[branch]).await?;
    let Some(candidate) = again.into_iter().find(|one| one.is_orphan(&found.tip)) else {
        return Ok(false);
    };
    let number = found.pull.as_ref().map(|(number, _, _)| *number);
    let told = match number {
        Some(number) => format!(
            "pull request #{number} is open on branch {branch}, and nobody wants it; it will be closed"
        ),
        None => format!("branch {branch} is still there, and nobody wants it; it will be deleted"),
    };
    let event = NewEvent::new("orphan_found", told)
        .fact("generation", generation)
        .fact("branch", branch)
        .fact("head_oid", &found.tip)
        .by(RECONCILER);
    let event = match number {
        Some(number) => event.fact("number", number),
        None => event,
    };
    events::record(tx, *proposal_id, event).await?;
    if number.is_some_and(|number| candidate.number.is_some_and(|known| known != number)) {
        // Beside the recorded one: closing would not look for it.
        let job = NewJob {
            kind: Kind::TidyPullRequest,
            subject: *proposal_id,
            generation: *generation,
            lane: push_lane(repository_id),
            wait: Duration::ZERO,
            reason: Some(REASON.to_owned()),
        };
        jobs::enqueue(tx, &job).await?;
    } else {
        closing::close(tx, *proposal_id, *generation, REASON.to_owned()).await?;
    }
    Ok(true)
}

/// What was found, by the name of the branch.
fn read(
    branches: Vec<v1::FoundBranch>,
    pulls: Vec<v1::FoundPullRequest>,
) -> Result<HashMap<String, Found>> {
    if branches.len() > MOST {
        return Err(Error::invalid("branches", format!("must hold at most {MOST} branches")));
    }
    if pulls.len() > MOST {
        let rule = format!("must hold at most {MOST} pull requests");
        return Err(Error::invalid("pull_requests", rule));
    }
    let mut found = HashMap::new();
    for v1::FoundBranch { branch, head_oid } in branches {
        check("branches", &branch)?;
        found.insert(branch, Found { tip: head_oid, pull: None });
    }
    for v1::FoundPullRequest { number, branch, head_oid, proposal_id, generation } in pulls {
        check("pull_requests", &branch)?;
        found
            .insert(branch, Found { tip: head_oid, pull: Some((number, proposal_id, generation)) });
    }
    Ok(found)
}

fn check(field: &str, branch: &str) -> Result<()> {
    match is_storable(branch) {
        true => Ok(()),
        false => Err(Error::invalid(field, "must hold names of branches")),
    }
}
