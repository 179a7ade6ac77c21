//! Writing GitHub's answer about a pull request into the journal: one pull request per generation, and one generation per pull request.

use pullwright_proto::job as v1;

use crate::{
    convert::job,
    domain::{Generation, PullRequest},
    error::{Error, Result},
    store::{Transaction, generations, jobs::Job, journal},
};

/// What a runner says of a pull request, with the generation that it belongs to.
pub(super) struct Reported {
    pub(super) generation: Generation,
    pub(super) pull: PullRequest,
}

/// Reads and checks what a runner says, and takes the pull request's turn; to be asked before anything is locked.
pub(super) async fn read(
    tx: &Transaction<'_>,
    job: &Job,
    field: &str,
    given: v1::PullRequestRef,
) -> Result<Reported> {
    let generation = generations::get(tx, job.subject, job.generation)
        .await?
        .ok_or_else(|| Error::unreadable("jobs.generation", job.generation.to_string()))?;
    let pull = job::read_pull_request(field, given, &generation.target.host)?;
    journal::take_turns(tx, generation.target.repository_id, pull.number).await?;
    Ok(Reported { generation, pull })
}

/// Writes it down; to be asked after the proposal was locked. Tells whether it is the first answer.
pub(super) async fn write(tx: &Transaction<'_>, field: &str, reported: &Reported) -> Result<bool> {
    let Reported { generation, pull } = reported;
    let field = format!("{field}.number");
    let (proposal_id, number) = (generation.proposal_id, generation.number);
    let known = generations::get(tx, proposal_id, number)
        .await?
        .and_then(|generation| generation.pull_request)
        .map(|pull| pull.number);
    if let Some(other) = known.filter(|known| *known != pull.number) {
        return Err(Error::invalid(
            field,
            format!("must be {other}, which is recorded for this generation"),
        ));
    }
    let owner = journal::find(tx, generation.target.repository_id, pull.number).await?;
    if owner.is_some_and(|owner| (owner.proposal_id, owner.number) != (proposal_id, number)) {
        return Err(Error::invalid(field, "must not be one that is recorded for another proposal"));
    }
    journal::record(tx, proposal_id, number, pull).await?;
    Ok(known.is_none())
}
