//! Opening a pull request, with GitHub's own refusals.

use std::sync::Arc;

use super::events::{PullEvent, announce};
use super::refresh::{keep_head, refresh_locked};
use super::{DEFAULT_ACTOR, measure};
use crate::app::App;
use crate::error::ForgeError;
use crate::git::read_ref;
use crate::world::{NewPull, Pull, PullState};

/// Why a pull request cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenRefusal {
    /// The head, the base or both are no branches here.
    #[error("invalid {}", .0.join(" and "))]
    InvalidRefs(Vec<&'static str>),
    /// The head has nothing that the base has not.
    #[error("No commits between {base} and {head}")]
    NoCommits {
        /// Branch it would go to.
        base: String,
        /// Branch it would come from.
        head: String,
    },
    /// There is one already.
    #[error("A pull request already exists for {owner}:{head}.")]
    AlreadyExists {
        /// Owner of the head.
        owner: String,
        /// Branch it comes from.
        head: String,
    },
    /// Something failed.
    #[error(transparent)]
    Failed(#[from] ForgeError),
}

/// Opens a pull request of a branch of the same repository; the head may be written `owner:branch`.
pub(crate) async fn open_pull(
    app: &App,
    full_name: &str,
    new: &NewPull,
) -> Result<Pull, OpenRefusal> {
    let id = app.id_of(full_name)?;
    let actor = new.actor.as_deref().unwrap_or(DEFAULT_ACTOR);
    let _lock = app.lock_repository(id).await;
    refresh_locked(app, id, actor).await?;
    let repository = app.find(full_name)?;
    let base = new.base.clone().unwrap_or_else(|| repository.default_branch.clone());
    let head = match new.head.split_once(':') {
        Some((owner, branch)) if owner.eq_ignore_ascii_case(&repository.owner) => branch,
        // Forks do not exist here, so another owner's branch does not either.
        Some(_) => return Err(OpenRefusal::InvalidRefs(vec!["head"])),
        None => new.head.as_str(),
    };
    let directory = app.directory(id);
    let tip = |branch: &str| {
        read_ref(&directory, &format!("refs/heads/{branch}"))
            .map_err(ForgeError::io("read a branch"))
    };
    let (Some(base_sha), Some(head_sha)) = (tip(&base)?, tip(head)?) else {
        let mut fields = Vec::new();
        if tip(&base)?.is_none() {
            fields.push("base");
        }
        if tip(head)?.is_none() {
            fields.push("head");
        }
        return Err(OpenRefusal::InvalidRefs(fields));
    };
    if repository.open_pull(head, &base).is_some() {
        return Err(OpenRefusal::AlreadyExists { owner: repository.owner, head: head.to_owned() });
    }
    if measure(app, id, &base_sha, &head_sha).await?.commits == 0 {
        return Err(OpenRefusal::NoCommits { base, head: head.to_owned() });
    }
    let pull = insert(app, id, new, actor, (head, &head_sha), (&base, &base_sha), None)?;
    keep_head(app, id, pull.number, &head_sha).await?;
    announce(app, id, pull.number, PullEvent::Opened, actor).await?;
    Ok(pull)
}

/// Puts a pull request into the world, under a number that was given out for it before if there is one.
pub(super) fn insert(
    app: &App,
    repository: u64,
    new: &NewPull,
    actor: &str,
    (head_ref, head_sha): (&str, &str),
    (base_ref, base_sha): (&str, &str),
    number: Option<u64>,
) -> Result<Pull, ForgeError> {
    let now = app.now();
    let mut world = app.world();
    let id = world.next_id();
    let entry = world
        .repository_mut(repository)
        .ok_or_else(|| ForgeError::not_found("repository", repository))?;
    let number = number.unwrap_or_else(|| entry.next_number());
    let pull = Pull {
        id,
        number,
        repository: entry.full_name.clone(),
        html_url: app.urls.pull_web(&entry.full_name, number),
        title: new.title.clone(),
        body: new.body.clone(),
        state: PullState::Open,
        merged: false,
        draft: new.draft,
        author: actor.to_owned(),
        head_ref: head_ref.to_owned(),
        head_sha: head_sha.to_owned(),
        base_ref: base_ref.to_owned(),
        base_sha: base_sha.to_owned(),
        created_at: now,
        updated_at: now,
        closed_at: None,
        merged_at: None,
        merged_by: None,
        merge_commit_sha: None,
    };
    Arc::make_mut(&mut entry.pulls).insert(number, Arc::new(pull.clone()));
    Ok(pull)
}
