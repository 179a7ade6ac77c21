//! Putting a commit on a branch as somebody's push would.

use std::collections::BTreeMap;

use super::refresh::refresh_locked;
use super::{DEFAULT_ACTOR, signature};
use crate::app::App;
use crate::error::ForgeError;
use crate::git::{CommitRequest, FileChange, is_valid_branch, read_ref};
use crate::world::NewCommit;

/// Makes the commit, moves the branch and follows what that means; returns the commit's id.
pub(crate) async fn push_commit(
    app: &App,
    full_name: &str,
    new: &NewCommit,
) -> Result<String, ForgeError> {
    let repository = app.find(full_name)?;
    if !is_valid_branch(&new.branch) {
        return Err(ForgeError::invalid("branch", "not a branch name"));
    }
    let files = changes(new)?;
    let pusher = new.pusher.as_deref().unwrap_or(DEFAULT_ACTOR);
    let author = new.author.clone().unwrap_or_else(|| signature(pusher));
    let directory = app.directory(repository.id);
    let _lock = app.lock_repository(repository.id).await;
    let tip = read_ref(&directory, &format!("refs/heads/{}", new.branch))
        .map_err(ForgeError::io("read a branch"))?;
    let parent = match (tip, &new.from) {
        (Some(tip), _) => Some(tip),
        (None, Some(from)) => Some(start(app, repository.id, from).await?),
        (None, None) if new.branch == repository.default_branch => None,
        (None, None) => {
            app.git
                .resolve(&directory, &format!("refs/heads/{}", repository.default_branch))
                .await?
        }
    };
    let request = CommitRequest {
        branch: &new.branch,
        parent: parent.as_deref(),
        author: &author,
        at: author.date.unwrap_or_else(|| app.now()).as_second(),
        message: &new.message,
        files: &files,
    };
    let oid = app.git.commit(&directory, &request).await?;
    refresh_locked(app, repository.id, pusher).await?;
    Ok(oid)
}

async fn start(app: &App, repository: u64, from: &str) -> Result<String, ForgeError> {
    let directory = app.directory(repository);
    if let Some(tip) = app.git.resolve(&directory, &format!("refs/heads/{from}")).await? {
        return Ok(tip);
    }
    let commit = app.git.resolve(&directory, from).await?;
    commit.ok_or_else(|| ForgeError::not_found("branch or commit", from))
}

fn changes(new: &NewCommit) -> Result<BTreeMap<String, FileChange>, ForgeError> {
    let mut files = BTreeMap::new();
    for (path, content) in &new.files {
        let change = match content {
            None => FileChange::Delete,
            Some(content) => {
                let (mode, bytes) =
                    content.resolve().map_err(|reason| ForgeError::invalid("files", reason))?;
                FileChange::write(mode, bytes)
            }
        };
        files.insert(path.clone(), change);
    }
    Ok(files)
}
