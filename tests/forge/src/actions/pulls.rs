//! Reading pull requests and changing what may be changed of them: title, text, state and base.

use serde_json::{Map, Value, json};

use super::DEFAULT_ACTOR;
use super::events::{PullEvent, announce};
use super::refresh::{keep_head, refresh, refresh_locked, with_pull};
use crate::app::App;
use crate::error::ForgeError;
use crate::git::read_ref;
use crate::world::{Pull, PullState, ReopenRefusal, Repository};

/// What is to be changed; what is absent stays.
#[derive(Debug, Default)]
pub(crate) struct PullEdit {
    /// New title.
    pub(crate) title: Option<String>,
    /// New text; `Some(None)` takes it away.
    pub(crate) body: Option<Option<String>>,
    /// Whether it is to be open.
    pub(crate) state: Option<PullState>,
    /// New base branch.
    pub(crate) base: Option<String>,
}

/// Why a change is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpdateRefusal {
    /// It cannot be opened again.
    #[error(transparent)]
    Reopen(#[from] ReopenRefusal),
    /// The new base is no branch.
    #[error("Proposed base branch '{0}' was not found")]
    BaseMissing(String),
    /// A closed pull request keeps its base.
    #[error("Cannot change the base branch of a closed pull request.")]
    BaseOfClosed,
    /// Something failed.
    #[error(transparent)]
    Failed(#[from] ForgeError),
}

/// Lists the pull requests of a repository by number.
pub(crate) fn pulls(app: &App, full_name: &str) -> Result<Vec<Pull>, ForgeError> {
    Ok(app.find(full_name)?.pulls.values().map(|pull| Pull::clone(pull)).collect())
}

/// Returns a pull request as it is now, its head read from the branch.
pub(crate) async fn pull(app: &App, full_name: &str, number: u64) -> Result<Pull, ForgeError> {
    let found = lookup(&app.find(full_name)?, number)?;
    let id = app.id_of(full_name)?;
    let tip = read_ref(&app.directory(id), &format!("refs/heads/{}", found.head_ref))
        .map_err(ForgeError::io("read the head branch"))?;
    if !found.is_open() || tip.as_deref() == Some(&found.head_sha) {
        return Ok(found);
    }
    refresh(app, id, DEFAULT_ACTOR).await?;
    lookup(&app.find(full_name)?, number)
}

/// Returns the unified diff of a pull request.
pub(crate) async fn pull_diff(
    app: &App,
    full_name: &str,
    number: u64,
) -> Result<String, ForgeError> {
    let pull = pull(app, full_name, number).await?;
    let directory = app.directory(app.id_of(full_name)?);
    let diff = app.git.diff(&directory, &pull.base_sha, &pull.head_sha).await?;
    Ok(String::from_utf8_lossy(&diff).into_owned())
}

/// Changes a pull request and tells the hooks of each kind of change.
pub(crate) async fn edit(
    app: &App,
    full_name: &str,
    number: u64,
    edit: PullEdit,
    actor: &str,
) -> Result<Pull, UpdateRefusal> {
    let id = app.id_of(full_name)?;
    let _lock = app.lock_repository(id).await;
    refresh_locked(app, id, actor).await?;
    let repository = app.find(full_name)?;
    let pull = lookup(&repository, number)?;
    let base_sha = new_base(app, &repository, &pull, &edit)?;
    let reopening = edit.state == Some(PullState::Open) && !pull.is_open();
    if reopening {
        reopen(app, &repository, &pull)?;
    }
    let changes = apply(app, id, &pull, &edit, base_sha);
    if !changes.is_empty() {
        announce(app, id, number, PullEvent::Edited(Value::Object(changes)), actor).await?;
    }
    if reopening {
        let pull = lookup(&app.find(full_name)?, number)?;
        keep_head(app, id, number, &pull.head_sha).await?;
        announce(app, id, number, PullEvent::Reopened, actor).await?;
    }
    let now = app.now();
    if edit.state == Some(PullState::Closed)
        && with_pull(app, id, number, |pull| pull.close(now)) == Some(true)
    {
        announce(app, id, number, PullEvent::Closed, actor).await?;
    }
    Ok(lookup(&app.find(full_name)?, number)?)
}

fn lookup(repository: &Repository, number: u64) -> Result<Pull, ForgeError> {
    repository
        .pulls
        .get(&number)
        .map(|pull| Pull::clone(pull))
        .ok_or_else(|| ForgeError::not_found("pull request", number))
}

fn branch_tip(app: &App, repository: u64, branch: &str) -> Result<Option<String>, ForgeError> {
    read_ref(&app.directory(repository), &format!("refs/heads/{branch}"))
        .map_err(ForgeError::io("read a branch"))
}

fn new_base(
    app: &App,
    repository: &Repository,
    pull: &Pull,
    edit: &PullEdit,
) -> Result<Option<String>, UpdateRefusal> {
    let Some(base) = edit.base.as_ref().filter(|base| **base != pull.base_ref) else {
        return Ok(None);
    };
    if !pull.is_open() {
        return Err(UpdateRefusal::BaseOfClosed);
    }
    let tip = branch_tip(app, repository.id, base)?;
    tip.map(Some).ok_or_else(|| UpdateRefusal::BaseMissing(base.clone()))
}

fn reopen(app: &App, repository: &Repository, pull: &Pull) -> Result<(), UpdateRefusal> {
    if repository.open_pull(&pull.head_ref, &pull.base_ref).is_some() {
        let (head, base) = (pull.head_ref.clone(), pull.base_ref.clone());
        return Err(ReopenRefusal::Another { head, base }.into());
    }
    let tip = branch_tip(app, repository.id, &pull.head_ref)?;
    let now = app.now();
    let reopened =
        with_pull(app, repository.id, pull.number, |pull| pull.reopen(tip.as_deref(), now));
    Ok(reopened.unwrap_or(Ok(()))?)
}

fn apply(
    app: &App,
    repository: u64,
    old: &Pull,
    edit: &PullEdit,
    base_sha: Option<String>,
) -> Map<String, Value> {
    let now = app.now();
    let mut changes = Map::new();
    with_pull(app, repository, old.number, |pull| {
        if let Some(title) = edit.title.as_ref().filter(|title| **title != pull.title) {
            changes.insert("title".to_owned(), json!({ "from": pull.title }));
            pull.title.clone_from(title);
        }
        if let Some(body) = edit.body.as_ref().filter(|body| **body != pull.body) {
            changes.insert(
                "body".to_owned(),
                json!({ "from": pull.body.clone().unwrap_or_default() }),
            );
            pull.body.clone_from(body);
        }
        if let (Some(base), Some(sha)) = (&edit.base, base_sha) {
            let from =
                json!({ "ref": { "from": pull.base_ref }, "sha": { "from": pull.base_sha } });
            changes.insert("base".to_owned(), from);
            pull.base_ref.clone_from(base);
            pull.base_sha = sha;
        }
        if !changes.is_empty() {
            pull.updated_at = now;
        }
    });
    changes
}
