//! Learning what a push did: the refs on disk are compared with those last seen, whoever moved them. No lock is
//! held while git receives a pack, so a client that stalls in the middle of a push stops nobody else.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::events::{PullEvent, announce};
use crate::app::App;
use crate::error::ForgeError;
use crate::git::read_refs;
use crate::world::Pull;

/// What moved since the refs were last seen.
struct Change {
    branch: String,
    old: Option<String>,
    new: Option<String>,
}

/// Follows every branch that moved: heads are synchronized, deleted heads and bases close, merged heads merge.
pub(crate) async fn refresh(app: &App, repository: u64, actor: &str) -> Result<(), ForgeError> {
    let _lock = app.lock_repository(repository).await;
    refresh_locked(app, repository, actor).await
}

/// Does the same for a caller that holds the repository's lock already.
pub(super) async fn refresh_locked(
    app: &App,
    repository: u64,
    actor: &str,
) -> Result<(), ForgeError> {
    for change in note_changes(app, repository)? {
        follow_head(app, repository, &change, actor).await?;
        follow_base(app, repository, &change, actor).await?;
    }
    Ok(())
}

fn note_changes(app: &App, repository: u64) -> Result<Vec<Change>, ForgeError> {
    let refs = read_refs(&app.directory(repository)).map_err(ForgeError::io("read the refs"))?;
    let refs = Arc::new(refs);
    let now = app.now();
    let mut world = app.world();
    let Some(entry) = world.repository_mut(repository) else { return Ok(Vec::new()) };
    let old = std::mem::replace(&mut entry.seen_refs, refs.clone());
    let names: BTreeSet<&String> = old.keys().chain(refs.keys()).collect();
    let changes: Vec<Change> = names
        .into_iter()
        .filter(|name| old.get(*name) != refs.get(*name))
        .filter_map(|name| {
            let branch = name.strip_prefix("refs/heads/")?.to_owned();
            Some(Change { branch, old: old.get(name).cloned(), new: refs.get(name).cloned() })
        })
        .collect();
    if !changes.is_empty() {
        entry.pushed_at = now;
    }
    Ok(changes)
}

async fn follow_head(
    app: &App,
    repository: u64,
    change: &Change,
    actor: &str,
) -> Result<(), ForgeError> {
    for number in open_pulls(app, repository, |pull| pull.head_ref == change.branch) {
        let now = app.now();
        let Some(tip) = &change.new else {
            with_pull(app, repository, number, |pull| pull.close(now));
            announce(app, repository, number, PullEvent::Closed, actor).await?;
            continue;
        };
        let base = base_tip(app, repository, number);
        let before =
            with_pull(app, repository, number, |pull| pull.synchronize(tip, base.as_deref(), now))
                .flatten();
        if let Some(before) = before {
            keep_head(app, repository, number, tip).await?;
            let event = PullEvent::Synchronize { before, after: tip.clone() };
            announce(app, repository, number, event, actor).await?;
        }
    }
    Ok(())
}

async fn follow_base(
    app: &App,
    repository: u64,
    change: &Change,
    actor: &str,
) -> Result<(), ForgeError> {
    let numbers = open_pulls(app, repository, |pull| pull.base_ref == change.branch);
    if numbers.is_empty() {
        return Ok(());
    }
    let gained = match (&change.old, &change.new) {
        (Some(old), Some(new)) => app.git.gained(&app.directory(repository), old, new).await?,
        _ => HashSet::new(),
    };
    let now = app.now();
    for number in numbers {
        let ended = with_pull(app, repository, number, |pull| match &change.new {
            None => pull.close(now),
            Some(tip) => gained.contains(&pull.head_sha) && pull.merge(tip, actor, now),
        });
        if ended == Some(true) {
            announce(app, repository, number, PullEvent::Closed, actor).await?;
        }
    }
    Ok(())
}

/// Keeps the commits of a pull request reachable after its branch is gone, as `refs/pull/<n>/head`.
pub(super) async fn keep_head(
    app: &App,
    repository: u64,
    number: u64,
    tip: &str,
) -> Result<(), ForgeError> {
    let name = format!("refs/pull/{number}/head");
    app.git.update_ref(&app.directory(repository), &name, tip, None).await?;
    if let Some(entry) = app.world().repository_mut(repository) {
        Arc::make_mut(&mut entry.seen_refs).insert(name, tip.to_owned());
    }
    Ok(())
}

fn open_pulls(app: &App, repository: u64, wanted: impl Fn(&Pull) -> bool) -> Vec<u64> {
    let world = app.world();
    let pulls = world.repository(repository).into_iter().flat_map(|entry| entry.pulls.values());
    pulls.filter(|pull| pull.is_open() && wanted(pull)).map(|pull| pull.number).collect()
}

fn base_tip(app: &App, repository: u64, number: u64) -> Option<String> {
    let world = app.world();
    let entry = world.repository(repository)?;
    let base = format!("refs/heads/{}", entry.pulls.get(&number)?.base_ref);
    entry.seen_refs.get(&base).cloned()
}

/// Changes a pull request in the world; none when it is not there.
pub(super) fn with_pull<T>(
    app: &App,
    repository: u64,
    number: u64,
    change: impl FnOnce(&mut Pull) -> T,
) -> Option<T> {
    app.world().repository_mut(repository)?.pull_mut(number).map(change)
}
