//! Merging a pull request in the bare repository.

use super::events::{PullEvent, announce};
use super::refresh::{refresh_locked, with_pull};
use super::{DEFAULT_ACTOR, signature};
use crate::app::App;
use crate::error::ForgeError;
use crate::git::{MergeCommit, read_ref};
use crate::world::{MergeMethod, MergeRequest, Pull};

/// Why a pull request is not merged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MergeRefusal {
    /// It is closed, or it conflicts with its base.
    #[error("Pull Request is not mergeable")]
    NotMergeable,
    /// Its head is not the one that was named.
    #[error("Head branch was modified. Review and try the merge again.")]
    HeadModified,
    /// Something failed.
    #[error(transparent)]
    Failed(#[from] ForgeError),
}

/// Says whether the head merges into the base without a conflict.
pub(crate) async fn is_mergeable(
    app: &App,
    repository: u64,
    pull: &Pull,
) -> Result<bool, ForgeError> {
    let directory = app.directory(repository);
    let base = read_ref(&directory, &format!("refs/heads/{}", pull.base_ref))
        .map_err(ForgeError::io("read the base"))?;
    let Some(base) = base else { return Ok(false) };
    let key = (repository, base, pull.head_sha.clone());
    if let Some(known) = app.mergeable().get(&key).copied() {
        return Ok(known);
    }
    let merges = app.git.merge_tree(&directory, &key.1, &key.2).await?.is_some();
    app.mergeable().insert(key, merges);
    Ok(merges)
}

/// Merges a pull request, moves its base and tells the hooks.
pub(crate) async fn merge(
    app: &App,
    full_name: &str,
    number: u64,
    request: &MergeRequest,
) -> Result<Pull, MergeRefusal> {
    let id = app.id_of(full_name)?;
    let actor = request.actor.as_deref().unwrap_or(DEFAULT_ACTOR);
    let _lock = app.lock_repository(id).await;
    refresh_locked(app, id, actor).await?;
    let repository = app.find(full_name)?;
    let pull = repository
        .pulls
        .get(&number)
        .ok_or_else(|| ForgeError::not_found("pull request", number))?;
    if !pull.is_open() || pull.draft {
        return Err(MergeRefusal::NotMergeable);
    }
    if request.sha.as_ref().is_some_and(|sha| *sha != pull.head_sha) {
        return Err(MergeRefusal::HeadModified);
    }
    let commit = make_commit(app, id, pull, request, actor).await?;
    let now = app.now();
    with_pull(app, id, number, |pull| pull.merge(&commit, actor, now));
    announce(app, id, number, PullEvent::Closed, actor).await?;
    // The base moved: other pull requests may be affected, this one is closed by now.
    refresh_locked(app, id, actor).await?;
    let repository = app.find(full_name)?;
    let merged = repository.pulls.get(&number).map(|pull| Pull::clone(pull));
    Ok(merged.ok_or_else(|| ForgeError::not_found("pull request", number))?)
}

async fn make_commit(
    app: &App,
    repository: u64,
    pull: &Pull,
    request: &MergeRequest,
    actor: &str,
) -> Result<String, MergeRefusal> {
    let directory = app.directory(repository);
    let base_ref = format!("refs/heads/{}", pull.base_ref);
    let base = read_ref(&directory, &base_ref).map_err(ForgeError::io("read the base"))?;
    let base = base.ok_or(MergeRefusal::NotMergeable)?;
    let tree =
        app.git.merge_tree(&directory, &base, &pull.head_sha).await.map_err(ForgeError::from)?;
    let tree = tree.ok_or(MergeRefusal::NotMergeable)?;
    let (title, body, parents) = match request.method {
        MergeMethod::Merge => {
            let owner = pull.repository.split('/').next().unwrap_or_default();
            let title =
                format!("Merge pull request #{} from {owner}/{}", pull.number, pull.head_ref);
            (title, pull.title.clone(), vec![base.as_str(), pull.head_sha.as_str()])
        }
        MergeMethod::Squash => {
            (format!("{} (#{})", pull.title, pull.number), String::new(), vec![base.as_str()])
        }
    };
    let title = request.title.clone().unwrap_or(title);
    let message = format!("{title}\n\n{}", request.message.clone().unwrap_or(body));
    let commit = MergeCommit {
        tree: &tree,
        parents: &parents,
        author: &signature(actor),
        at: app.now().as_second(),
        message: message.trim_end(),
    };
    let commit = app.git.commit_tree(&directory, &commit).await.map_err(ForgeError::from)?;
    app.git
        .update_ref(&directory, &base_ref, &commit, Some(&base))
        .await
        .map_err(ForgeError::from)?;
    Ok(commit)
}
