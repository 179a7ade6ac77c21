//! `LeaseJobs`.

use std::{collections::BTreeSet, time::Duration};

use pullwright_proto::job as v1;
use tokio::time::Instant;

use super::{hopeless, reads, spec};
use crate::{
    App,
    convert::job,
    domain::{
        Violations,
        job::Kind,
        violation::{has_length, is_storable},
    },
    error::{Error, Result},
    rpc::tidy,
    store::{
        Transaction, effects,
        events::{self, NewEvent},
        lanes,
        leases::{self, Leased},
        proposals,
    },
};

/// Most jobs of one lease.
const MOST_JOBS: i32 = 16;
/// Longest name of a runner, in characters.
const LONGEST_HOLDER: usize = 200;
/// The longest that a call waits for work.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often a waiting call looks by itself, at least: for what no poke and no known time tells of.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it looks at most: a job that is due may be in the hands of a transaction that has not ended yet.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How often a lane that another runner emptied, or whose proposals somebody changes, in the same moment is let go before the call waits.
const TRIES: usize = 5;

/// What a runner asks for.
struct Wish {
    holder: String,
    kinds: Vec<Kind>,
    most: i64,
    wait: Duration,
}

/// Takes one free lane with due jobs, or waits for one.
pub(super) async fn lease_jobs(
    app: &App,
    request: v1::LeaseJobsRequest,
) -> Result<v1::LeaseJobsResponse> {
    let wish = read(request)?;
    let asked = Instant::now();
    let deadline = asked + wish.wait;
    let mut pokes = app.wakeup.subscribe();
    loop {
        pokes.mark_unchanged();
        if let Some(lease) = take(app, &wish, asked).await? {
            return Ok(v1::LeaseJobsResponse { lease: Some(lease) });
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || app.stop.is_cancelled() {
            return Ok(v1::LeaseJobsResponse { lease: None });
        }
        let due = leases::next_due(&app.db.client().await?, &wish.kinds).await?;
        let pause = due.unwrap_or(LOOK_EVERY).clamp(LOOK_AGAIN, LOOK_EVERY).min(left);
        tokio::select! {
            _ = pokes.changed() => {}
            () = tokio::time::sleep(pause) => {}
            () = app.stop.cancelled() => {}
        }
    }
}

async fn take(app: &App, wish: &Wish, asked: Instant) -> Result<Option<v1::Lease>> {
    let mut client = app.db.client().await?;
    for _ in 0..TRIES {
        // Measured before the lease begins: a runner that counts from when it asked never counts too much.
        let waited = asked.elapsed();
        let tx = client.begin().await?;
        let duration = app.settings.lease_duration;
        let Some(lease) = leases::take(&tx, &wish.kinds, &wish.holder, duration).await? else {
            tx.rollback().await?;
            return Ok(None);
        };
        let leased = leases::mark(&tx, &lease, &wish.kinds, wish.most).await?;
        if leased.is_empty() {
            tx.rollback().await?;
            continue;
        }
        if !note_lost(app, &tx, &leased).await? {
            tx.rollback().await?;
            continue;
        }
        let leased = hopeless::give_up(app, &tx, leased).await?;
        let jobs = messages(app, &tx, leased).await?;
        if jobs.is_empty() {
            lanes::free(&tx, &lease.lane).await?;
            tx.commit().await?;
            continue;
        }
        tx.commit().await?;
        return Ok(Some(v1::Lease {
            lane: lease.lane,
            epoch: lease.epoch,
            token: lease.token.to_string(),
            duration: Some(job::write_duration(duration + waited)),
            jobs,
        }));
    }
    Ok(None)
}

/// Writes leased jobs with what they need; a lane has only such as change something, or only such as look.
async fn messages(app: &App, tx: &Transaction<'_>, leased: Vec<Leased>) -> Result<Vec<v1::Job>> {
    let (looking, changing): (Vec<_>, Vec<_>) =
        leased.into_iter().partition(|leased| leased.job.kind.read().is_some());
    let looking: Vec<_> = looking
        .into_iter()
        .filter_map(|Leased { job, .. }| job.kind.read().map(|read| (job, read)))
        .collect();
    let mut messages = reads::messages(app, tx, looking).await?;
    if !changing.is_empty() {
        messages.extend(spec::messages(tx, changing, app.settings.query_texts).await?);
    }
    Ok(messages)
}

/// Tells of attempts whose runner went silent, and has tidied up after those that had announced an effect; `false` when somebody
/// is about to change one of their proposals, for which a lane's holder must not wait.
async fn note_lost(app: &App, tx: &Transaction<'_>, leased: &[Leased]) -> Result<bool> {
    // Events are a proposal's: nobody is told of a look that was lost.
    let leased: Vec<_> = leased.iter().filter(|leased| leased.job.kind.read().is_none()).collect();
    let lost = leased.iter().filter(|leased| leased.lost_epoch.is_some());
    let subjects: BTreeSet<_> = lost.map(|leased| leased.job.subject).collect();
    let subjects = Vec::from_iter(subjects);
    if proposals::try_lock(tx, &subjects).await? < subjects.len() {
        return Ok(false);
    }
    for Leased { job, lost_epoch, .. } in &leased {
        let Some(lost_epoch) = lost_epoch else { continue };
        let told = format!(
            "the lease of {} ended before its runner answered; the attempt is taken over",
            job.lane
        );
        let event = NewEvent::new("lease_lost", told)
            .fact("job", job.kind)
            .fact("epoch", lost_epoch)
            .fact("attempt", job.attempt - 1);
        events::record(tx, job.subject, event).await?;
    }
    let lost: Vec<_> =
        leased.iter().filter_map(|leased| Some((&leased.job, leased.lost_epoch?))).collect();
    if lost.is_empty() {
        return Ok(true);
    }
    let ids: Vec<_> = lost.iter().map(|(job, _)| job.id).collect();
    let unsettled = effects::unsettled(tx, &ids).await?;
    let sleepers = lost.into_iter().filter(|(job, epoch)| unsettled.contains(&(job.id, *epoch)));
    tidy::queue(app, tx, sleepers.map(|(job, _)| job)).await?;
    Ok(true)
}

fn read(request: v1::LeaseJobsRequest) -> Result<Wish> {
    let mut violations = Violations::default();
    violations.require(
        has_length(&request.holder, LONGEST_HOLDER) && is_storable(&request.holder),
        "holder",
        format!("must have 1 to {LONGEST_HOLDER} characters"),
    );
    let kinds: Option<Vec<_>> = request.kinds.into_iter().map(job::read_kind).collect();
    violations.require(
        kinds.as_ref().is_some_and(|kinds| !kinds.is_empty()),
        "kinds",
        "must be known kinds of jobs, at least one",
    );
    violations.require(
        (0..=MOST_JOBS).contains(&request.max_jobs),
        "max_jobs",
        format!("must be 1 to {MOST_JOBS}, or 0 for {MOST_JOBS}"),
    );
    let wait = request.wait.map_or(Ok(Duration::ZERO), Duration::try_from);
    violations.require(wait.is_ok(), "wait", "must not be negative");
    Error::check(violations)?;
    let most = if request.max_jobs == 0 { MOST_JOBS } else { request.max_jobs };
    Ok(Wish {
        holder: request.holder,
        kinds: kinds.unwrap_or_default(),
        most: i64::from(most),
        wait: wait.unwrap_or_default().min(LONGEST_WAIT),
    })
}
