//! Looks at pull requests and tells what became of them. Few are asked for one by one, by entity tag, which costs nothing while nothing
//! changed; many by one query for a hundred.

mod alone;
mod many;
mod sight;

use pullwright_proto::job::{
    PullRequestWatch, PullRequestsReconciled, ReconcilePullRequestsSpec, SightFailure,
    complete_job_request::Outcome,
};

use super::{Reading, failure, site::Site};
use crate::error::JobError;

/// Up to so many are asked for one by one.
const FEW: usize = 3;
/// The most sights that the ledger takes at once, and ids that one query may name.
const BATCH: usize = 100;

/// What is known at a moment of one round.
struct Round<'a> {
    reading: &'a Reading<'a>,
    site: &'a Site,
    /// How many more may be asked for alone after a query did not show them.
    alone_left: usize,
    /// How many in a row GitHub broke at.
    broken: usize,
    /// Whether there are so few that each is asked for alone.
    are_few: bool,
    /// Whether the query was refused, so that it is of no use here.
    no_query: bool,
    /// Whether GitHub does not know the repository.
    is_gone: bool,
    /// What is wrong with the repository as a whole: nothing more is asked for.
    failure: Option<SightFailure>,
    /// What answers say of the repository: GitHub's id and full name.
    seen: Option<(i64, String)>,
}

/// Looks at all; what happens with one pull request has no part in the others.
pub(super) async fn run(
    reading: &Reading<'_>,
    spec: &ReconcilePullRequestsSpec,
) -> Result<Outcome, JobError> {
    let mut site = match Site::find(reading, spec.repository.as_ref()).await {
        Ok(site) => site,
        Err(error) => {
            let failure = failure::told(reading.app, error)?;
            record(reading, &spec.watches, &failure).await?;
            return Ok(outcome(0, Some(failure)));
        }
    };
    let mut round = Round {
        reading,
        site: &site,
        alone_left: BATCH,
        broken: 0,
        are_few: spec.watches.len() <= FEW,
        no_query: false,
        is_gone: false,
        failure: None,
        seen: None,
    };
    for watches in spec.watches.chunks(BATCH) {
        reading.go_on()?;
        let sights = if round.are_few {
            round.one_by_one(watches).await?
        } else {
            round.many(watches).await?
        };
        let ledger = &reading.app.ledger;
        let told = ledger.record_sights(reading.job_id, &reading.lease.token, sights);
        reading.steps.time("record_sights", told).await?;
    }
    let (mut failure, seen) = (round.failure, round.seen);
    if failure.is_none()
        && let Err(error) = site.settle(reading, seen).await
    {
        failure = Some(failure::told(reading.app, error)?);
    }
    Ok(outcome(site.requests(), failure))
}

/// Tells of each that nobody can say what became of it.
async fn record(
    reading: &Reading<'_>,
    watches: &[PullRequestWatch],
    failure: &SightFailure,
) -> Result<(), JobError> {
    for watches in watches.chunks(BATCH) {
        let sights = watches.iter().map(|watch| sight::failed(watch, failure.clone())).collect();
        reading.app.ledger.record_sights(reading.job_id, &reading.lease.token, sights).await?;
    }
    Ok(())
}

fn outcome(requests: i32, failure: Option<SightFailure>) -> Outcome {
    Outcome::Reconciled(PullRequestsReconciled { requests, failure })
}
