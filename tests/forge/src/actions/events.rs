//! Telling the hooks of what happened to a pull request. The caller holds the repository's lock, so that events
//! leave in the order in which they happened.

use serde_json::{Value, json};

use crate::app::App;
use crate::error::ForgeError;
use crate::git::Stats;
use crate::rest::shapes;
use crate::webhook;
use crate::world::Repository;

/// What happened to a pull request.
pub(super) enum PullEvent {
    /// It was opened.
    Opened,
    /// It was merged or closed.
    Closed,
    /// It was opened again.
    Reopened,
    /// Its head moved.
    Synchronize {
        /// Tip before.
        before: String,
        /// Tip now.
        after: String,
    },
    /// Its title, text or base changed; holds the old values as `changes` has them.
    Edited(Value),
}

impl PullEvent {
    fn action(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Synchronize { .. } => "synchronize",
            Self::Edited(_) => "edited",
        }
    }
}

/// Measures the change of a pull request, remembering what was measured before.
pub(crate) async fn measure(
    app: &App,
    repository: u64,
    base: &str,
    head: &str,
) -> Result<Stats, ForgeError> {
    let key = (repository, base.to_owned(), head.to_owned());
    if let Some(stats) = app.stats().get(&key).copied() {
        return Ok(stats);
    }
    let stats = app.git.stats(&app.directory(repository), base, head).await?;
    app.stats().insert(key, stats);
    Ok(stats)
}

/// Queues the event for every hook that wants it.
pub(super) async fn announce(
    app: &App,
    repository: u64,
    number: u64,
    event: PullEvent,
    actor: &str,
) -> Result<(), ForgeError> {
    let Some(entry) = app.world().repository(repository).cloned() else { return Ok(()) };
    if !webhook::is_wanted(app, repository, "pull_request") {
        return Ok(());
    }
    let payload = payload(app, &entry, number, &event, actor).await?;
    if let Some(payload) = payload {
        webhook::queue(app, repository, "pull_request", Some(event.action()), &payload);
    }
    Ok(())
}

async fn payload(
    app: &App,
    repository: &Repository,
    number: u64,
    event: &PullEvent,
    actor: &str,
) -> Result<Option<Value>, ForgeError> {
    let Some(pull) = repository.pulls.get(&number) else { return Ok(None) };
    let stats = measure(app, repository.id, &pull.base_sha, &pull.head_sha).await?;
    let mut world = app.world();
    let mut payload = json!({
        "action": event.action(),
        "number": number,
        "pull_request": shapes::pull_full(&mut world, &app.urls, repository, pull, stats, None),
        "repository": shapes::repository(&mut world, &app.urls, repository),
        "sender": shapes::user(&world.user(actor), &app.urls),
    });
    match event {
        PullEvent::Synchronize { before, after } => {
            payload["before"] = json!(before);
            payload["after"] = json!(after);
        }
        PullEvent::Edited(changes) => payload["changes"] = changes.clone(),
        PullEvent::Opened | PullEvent::Closed | PullEvent::Reopened => {}
    }
    Ok(Some(payload))
}
