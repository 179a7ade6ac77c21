//! A job with its proposal and its lane, locked in this order, and whether a token may speak for it.

use std::time::Duration;

use prost::Message;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    domain::{Proposal, lease::Lane},
    error::{Error, Result},
    store::{
        Transaction,
        jobs::{self, Job},
        lanes, proposals,
    },
};

/// A locked job.
pub(super) struct Held {
    pub(super) proposal: Proposal,
    pub(super) lane: Lane,
    pub(super) job: Job,
    /// How long ago it was leased first.
    pub(super) age: Duration,
}

/// Locks a job's proposal, its lane and itself until the end of the transaction.
pub(super) async fn lock(tx: &Transaction<'_>, found: &Job) -> Result<Held> {
    let proposal =
        proposals::lock(tx, found.subject).await?.ok_or(Error::ProposalNotFound(found.subject))?;
    let lane = lanes::lock(tx, &found.lane)
        .await?
        .ok_or_else(|| Error::unreadable("jobs.lane", &found.lane))?;
    let (job, age) = jobs::lock(tx, found.id).await?.ok_or(Error::JobNotFound(found.id))?;
    Ok(Held { proposal, lane, job, age })
}

impl Held {
    /// Fails unless `token` is that of the running lease and the job is in it and not over.
    pub(super) fn check(&self, token: Uuid) -> Result<()> {
        if !self.job.has_ended && self.lane.covers(token, self.job.leased_epoch) {
            Ok(())
        } else {
            Err(Error::LeaseLost { lane: self.lane.key.clone() })
        }
    }

    /// Whether the proposal as it was locked wants what the job does.
    pub(super) fn is_wanted(&self) -> bool {
        self.job.kind.is_wanted(self.proposal.standing(), self.job.generation)
    }
}

/// The hash of a call, to know its repetition by.
pub(super) fn sha256(method: &str, request: &impl Message) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(method);
    hash.update(request.encode_to_vec());
    hash.finalize().to_vec()
}
