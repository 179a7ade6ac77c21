//! Opening many pull requests with one git child, and moving many through their lives at a rate.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::events::{PullEvent, announce};
use super::open_pull::insert;
use super::refresh::{refresh_locked, with_pull};
use super::{DEFAULT_ACTOR, signature};
use crate::app::App;
use crate::error::ForgeError;
use crate::git::{BulkBranch, Stats, is_valid_branch, read_refs};
use crate::world::{NewPulls, Pull, PullChange, PullChanges, PullChangesReport, PullStep};

/// What one commit of one new line measures.
const ONE_LINE: Stats = Stats { commits: 1, additions: 1, deletions: 0, files: 1 };

/// Opens pull requests together; an unusable head or base refuses them all.
pub(crate) async fn create_pulls(
    app: &App,
    full_name: &str,
    new: &NewPulls,
) -> Result<Vec<Pull>, ForgeError> {
    let id = app.id_of(full_name)?;
    let _lock = app.lock_repository(id).await;
    refresh_locked(app, id, DEFAULT_ACTOR).await?;
    let branches = plan(app, id, new)?;
    let (directory, now) = (app.directory(id), app.now());
    let tips = app
        .git
        .make_branches(&directory, &branches, &signature(DEFAULT_ACTOR), now.as_second())
        .await?;
    let mut pulls = Vec::with_capacity(new.pulls.len());
    for ((new, branch), tip) in new.pulls.iter().zip(&branches).zip(&tips) {
        let actor = new.actor.as_deref().unwrap_or(DEFAULT_ACTOR);
        let base = base(app, id, new.base.as_deref());
        let (head, base) = ((branch.name.as_str(), tip.as_str()), (&*base, &*branch.parent));
        if branch.tip.is_none() {
            app.stats().insert((id, branch.parent.clone(), tip.clone()), ONE_LINE);
        }
        pulls.push(insert(app, id, new, actor, head, base, Some(branch.number))?);
    }
    let refs = read_refs(&directory).map_err(ForgeError::io("read the refs"))?;
    if let Some(entry) = app.world().repository_mut(id) {
        entry.seen_refs = Arc::new(refs);
        entry.pushed_at = now;
    }
    if new.announce {
        for pull in &pulls {
            announce(app, id, pull.number, PullEvent::Opened, &pull.author).await?;
        }
    }
    Ok(pulls)
}

fn base(app: &App, repository: u64, named: Option<&str>) -> String {
    let world = app.world();
    let otherwise = world.repository(repository).map(|entry| entry.default_branch.as_str());
    named.or(otherwise).unwrap_or_default().to_owned()
}

fn plan(app: &App, repository: u64, new: &NewPulls) -> Result<Vec<BulkBranch>, ForgeError> {
    let mut world = app.world();
    let entry = world
        .repository_mut(repository)
        .ok_or_else(|| ForgeError::not_found("repository", repository))?;
    let refs = entry.seen_refs.clone();
    let tip = |branch: &str| refs.get(&format!("refs/heads/{branch}")).cloned();
    let mut branches = Vec::with_capacity(new.pulls.len());
    let mut heads = HashSet::new();
    for pull in &new.pulls {
        if !is_valid_branch(&pull.head) {
            return Err(ForgeError::invalid("head", format!("{:?} is no branch name", pull.head)));
        }
        let base = pull.base.as_ref().unwrap_or(&entry.default_branch);
        let parent = tip(base).ok_or_else(|| ForgeError::not_found("branch", base))?;
        if entry.open_pull(&pull.head, base).is_some() || !heads.insert(&pull.head) {
            return Err(ForgeError::AlreadyExists {
                what: "pull request",
                name: pull.head.clone(),
            });
        }
        let (name, tip) = (pull.head.clone(), tip(&pull.head));
        branches.push(BulkBranch { name, tip, parent, number: 0 });
    }
    for branch in &mut branches {
        branch.number = entry.next_number();
    }
    Ok(branches)
}

/// Takes steps one after another, at most so many in a second.
pub(crate) async fn change_pulls(
    app: &App,
    changes: &PullChanges,
) -> Result<PullChangesReport, ForgeError> {
    let started = Instant::now();
    let pause = match changes.per_second {
        Some(rate) if rate > 0.0 => Duration::try_from_secs_f64(1.0 / rate)
            .map_err(|error| ForgeError::invalid("per_second", error))?,
        Some(_) => return Err(ForgeError::invalid("per_second", "not above zero")),
        None => Duration::ZERO,
    };
    let mut report = PullChangesReport::default();
    for (number, change) in (0..).zip(&changes.changes) {
        tokio::time::sleep_until(started + pause.saturating_mul(number)).await;
        match take(app, change).await? {
            true => report.done += 1,
            false => report.refused += 1,
        }
    }
    report.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

async fn take(app: &App, change: &PullChange) -> Result<bool, ForgeError> {
    let id = app.id_of(&change.repository)?;
    let _lock = app.lock_repository(id).await;
    let now = app.now();
    let (step, event) = match change.to {
        PullStep::Merge => (merge as fn(&mut Pull, _) -> bool, PullEvent::Closed),
        PullStep::Close => (Pull::close as fn(&mut Pull, _) -> bool, PullEvent::Closed),
        PullStep::Reopen => (reopen as fn(&mut Pull, _) -> bool, PullEvent::Reopened),
    };
    let taken = with_pull(app, id, change.number, |pull| step(pull, now))
        .ok_or_else(|| ForgeError::not_found("pull request", change.number))?;
    if taken {
        announce(app, id, change.number, event, DEFAULT_ACTOR).await?;
    }
    Ok(taken)
}

fn merge(pull: &mut Pull, now: jiff::Timestamp) -> bool {
    let head = pull.head_sha.clone();
    pull.merge(&head, DEFAULT_ACTOR, now)
}

fn reopen(pull: &mut Pull, now: jiff::Timestamp) -> bool {
    let head = pull.head_sha.clone();
    !pull.is_open() && pull.reopen(Some(&head), now).is_ok()
}
