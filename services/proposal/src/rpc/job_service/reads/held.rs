//! A job that looks, with its lane, locked in this order.

use uuid::Uuid;

use crate::{
    domain::{
        job::{Kind, Read},
        lease::Lane,
    },
    error::{Error, Result},
    store::{
        Transaction,
        jobs::{self, Job},
        lanes,
    },
};

/// A locked job.
pub(in crate::rpc::job_service) struct Held {
    pub(in crate::rpc::job_service) lane: Lane,
    pub(in crate::rpc::job_service) job: Job,
}

impl Held {
    /// Locks a job's lane and itself until the end of the transaction.
    pub(super) async fn lock(tx: &Transaction<'_>, found: &Job) -> Result<Self> {
        let lane = lanes::lock(tx, &found.lane)
            .await?
            .ok_or_else(|| Error::unreadable("jobs.lane", &found.lane))?;
        let (job, _) = jobs::lock(tx, found.id).await?.ok_or(Error::JobNotFound(found.id))?;
        Ok(Self { lane, job })
    }

    /// Fails unless `token` is that of the running lease and the job is in it and not over.
    pub(super) fn check(&self, token: Uuid) -> Result<()> {
        if !self.job.has_ended && self.lane.covers(token, self.job.leased_epoch) {
            Ok(())
        } else {
            Err(Error::LeaseLost { lane: self.lane.key.clone() })
        }
    }
}

/// Locks a job of this sort that is in the hands of whoever holds `token`.
pub(in crate::rpc::job_service) async fn held(
    tx: &Transaction<'_>,
    job_id: Uuid,
    token: Uuid,
    read: Read,
) -> Result<Held> {
    let found = jobs::find(tx, job_id).await?.ok_or(Error::JobNotFound(job_id))?;
    if found.kind != Kind::Read(read) {
        let kind = Kind::Read(read);
        return Err(Error::invalid("job_id", format!("must be that of a job of kind {kind}")));
    }
    let held = Held::lock(tx, &found).await?;
    held.check(token)?;
    Ok(held)
}
