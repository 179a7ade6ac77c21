//! Looks for branches that are called as ours are and open pull requests that bear our mark. Whether somebody wants them the ledger
//! knows; what nobody wants is closed by jobs of its own, so nothing is changed here.

use std::collections::HashSet;

use pullwright_github::{PullRequest, Ref};
use pullwright_proto::job::{
    FoundBranch, FoundPullRequest, OrphansSwept, SweepOrphansSpec, complete_job_request::Outcome,
};

use super::{Reading, failure, site::Site};
use crate::{error::JobError, text};

/// Most pages that are read of each list: ten thousand branches, five thousand pull requests.
const MOST_PAGES: usize = 100;
/// The most of each that the ledger takes at once.
const BATCH: usize = 1_000;

/// Looks, and tells the ledger what there is.
pub(super) async fn run(
    reading: &Reading<'_>,
    spec: &SweepOrphansSpec,
) -> Result<Outcome, JobError> {
    let mut swept = OrphansSwept::default();
    if let Err(error) = sweep(reading, spec, &mut swept).await {
        swept.failure = Some(failure::told(reading.app, error)?);
    }
    Ok(Outcome::OrphansSwept(swept))
}

async fn sweep(
    reading: &Reading<'_>,
    spec: &SweepOrphansSpec,
    swept: &mut OrphansSwept,
) -> Result<(), JobError> {
    let mut site = Site::find(reading, spec.repository.as_ref()).await?;
    let mut branches = Vec::new();
    for brand in &spec.brands {
        reading.go_on()?;
        let api = site.api(reading.app);
        let listed = api.branches_below(brand, MOST_PAGES);
        let (found, _) = reading.steps.time("list_branches", listed).await?;
        branches.extend(found.into_iter().filter_map(branch));
    }
    reading.go_on()?;
    let api = site.api(reading.app);
    let (open, _) = reading.steps.time("list_pull_requests", api.pulls().open(MOST_PAGES)).await?;
    let base =
        open.iter().find_map(|pull| pull.base.repository_id.zip(pull.base.repository.clone()));
    match base {
        Some(seen) => site.settle(reading, Some(seen)).await?,
        None => site.identify(reading).await?,
    }
    let name = site.name.to_string();
    // The branch of somebody's pull request is theirs, whoever made the branch: without it GitHub closes the pull request.
    let theirs: HashSet<_> = open
        .iter()
        .filter(|pull| pull.body.as_deref().is_none_or(|body| text::find_mark(body).is_none()))
        .map(|pull| pull.head.name.clone())
        .collect();
    branches.retain(|found| !theirs.contains(&found.branch));
    let mut pull_requests: Vec<_> =
        open.into_iter().filter_map(|pull| pull_request(pull, &name)).collect();
    swept.branches = i32::try_from(branches.len()).unwrap_or(i32::MAX);
    swept.pull_requests = i32::try_from(pull_requests.len()).unwrap_or(i32::MAX);
    while !(branches.is_empty() && pull_requests.is_empty()) {
        let branches = branches.drain(..branches.len().min(BATCH)).collect();
        let pulls = pull_requests.drain(..pull_requests.len().min(BATCH)).collect();
        let ledger = &reading.app.ledger;
        let checked = ledger.check_orphans(reading.job_id, &reading.lease.token, branches, pulls);
        let answer = reading.steps.time("check_orphans", checked).await?;
        if answer.queued > 0 || answer.unknown > 0 {
            let (queued, unknown) = (answer.queued, answer.unknown);
            tracing::info!(repository.name = name, queued, unknown, "swept orphans");
        }
    }
    Ok(())
}

fn branch(found: Ref) -> Option<FoundBranch> {
    let branch = found.name.strip_prefix("refs/heads/")?.to_owned();
    Some(FoundBranch { branch, head_oid: found.sha })
}

/// One with our mark, from a branch of this repository: what a fork shows under our mark is not ours.
fn pull_request(found: PullRequest, repository: &str) -> Option<FoundPullRequest> {
    let is_here = match (found.head.repository_id, found.base.repository_id) {
        (Some(head), Some(base)) => head == base,
        _ => found
            .head
            .repository
            .as_deref()
            .is_some_and(|name| name.eq_ignore_ascii_case(repository)),
    };
    let (proposal_id, generation) =
        found.body.as_deref().filter(|_| is_here).and_then(text::find_mark)?;
    Some(FoundPullRequest {
        number: found.number,
        branch: found.head.name,
        head_oid: found.head.sha,
        proposal_id: proposal_id.to_owned(),
        generation,
    })
}
