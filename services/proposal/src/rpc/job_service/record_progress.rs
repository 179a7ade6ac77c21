//! `RecordProgress`.

use pullwright_proto::job::{self as v1, record_progress_request::Progress};

use super::{
    held::{self, Held},
    record::{self, Reported},
};
use crate::{
    App,
    convert::{id, job},
    domain::{Announcement, generation::Expected, job::Kind},
    error::{Error, Result},
    rpc::follow::RUNNER,
    store::{
        Transaction, effects,
        events::{self, NewEvent},
        generations, jobs, journal,
    },
};

/// What a runner reports, read and checked.
enum Step {
    Push(Announcement),
    Check,
    Close,
    Fact(Box<Reported>),
}

/// Writes an intent or a fact into the journal and says whether the work is still wanted.
pub(super) async fn record_progress(
    app: &App,
    request: v1::RecordProgressRequest,
) -> Result<v1::RecordProgressResponse> {
    let job_id = id::parse("job_id", &request.job_id)?;
    let token = id::parse("token", &request.token)?;
    let progress = request.progress.ok_or_else(|| Error::invalid("progress", "must be set"))?;

    let mut client = app.db.client().await?;
    let tx = client.begin().await?;
    let found = jobs::find(&tx, job_id).await?.ok_or(Error::JobNotFound(job_id))?;
    if found.kind.read().is_some() {
        return Err(Error::invalid("job_id", "must not be that of a job that only looks"));
    }
    let step = match progress {
        Progress::Announcement(given) => Step::Push(job::read_announcement(given)?),
        Progress::CreatingPullRequest(()) | Progress::Commenting(()) => Step::Check,
        Progress::ClosingPullRequest(()) => Step::Close,
        Progress::PullRequest(given) => {
            Step::Fact(Box::new(record::read(&tx, &found, "pull_request", given).await?))
        }
    };
    let held = held::lock(&tx, &found).await?;
    held.check(token)?;
    let wanted = held.is_wanted() && !has_new_expectation(&tx, &held, &step).await?;
    match &step {
        Step::Push(announcement) if wanted => {
            effects::announce(&tx, job_id, held.lane.epoch, token).await?;
            announce(&tx, &held, announcement).await?;
        }
        Step::Check if wanted => {
            effects::announce(&tx, job_id, held.lane.epoch, token).await?;
        }
        Step::Close if wanted => {
            if effects::announce(&tx, job_id, held.lane.epoch, token).await? {
                close(&tx, &held).await?;
            }
        }
        // What nobody wants is not going to be done.
        Step::Push(_) | Step::Check | Step::Close => {}
        Step::Fact(reported) => learn(&tx, &held, reported).await?,
    }
    tx.commit().await?;
    Ok(v1::RecordProgressResponse { wanted })
}

/// Whether somebody asked again since the lease, for something in particular: its runner was not told what, and begins anew.
async fn has_new_expectation(tx: &Transaction<'_>, held: &Held, step: &Step) -> Result<bool> {
    let job = &held.job;
    let is_first_effect = matches!(step, Step::Push(_)) && job.kind == Kind::OpenPullRequest;
    if !is_first_effect || !job.is_wanted_again() {
        return Ok(false);
    }
    let has_begun = generations::has_begun(tx, job.subject, job.generation).await?;
    let generation = generations::get(tx, job.subject, job.generation).await?;
    Ok(!has_begun && generation.is_some_and(|found| found.expected != Expected::default()))
}

/// What nobody wants is not announced: it is not going to be pushed.
async fn announce(tx: &Transaction<'_>, held: &Held, announcement: &Announcement) -> Result<()> {
    let (job, Announcement { base_oid, head_oid }) = (&held.job, announcement);
    if journal::announce(tx, job.subject, job.generation, announcement).await? {
        let event = NewEvent::new(
            "pushing",
            format!("commit {head_oid} on {base_oid} is about to be pushed"),
        )
        .fact("generation", job.generation)
        .fact("base_oid", base_oid)
        .fact("head_oid", head_oid)
        .by(RUNNER);
        events::record(tx, job.subject, event).await?;
    }
    Ok(())
}

/// Told once a lease, before its first effect.
async fn close(tx: &Transaction<'_>, held: &Held) -> Result<()> {
    let told = "what is ours is about to be closed, and its branch deleted";
    let event = NewEvent::new("closing", told)
        .fact("job", held.job.kind)
        .fact("generation", held.job.generation)
        .by(RUNNER);
    events::record(tx, held.job.subject, event).await?;
    Ok(())
}

async fn learn(tx: &Transaction<'_>, held: &Held, reported: &Reported) -> Result<()> {
    if record::write(tx, "pull_request", reported).await? {
        let pull = &reported.pull;
        let event = NewEvent::new(
            "pull_request_recorded",
            format!("GitHub answered with pull request #{}", pull.number),
        )
        .fact("generation", held.job.generation)
        .fact("number", pull.number)
        .fact("url", &pull.url)
        .by(RUNNER);
        events::record(tx, held.job.subject, event).await?;
    }
    Ok(())
}
