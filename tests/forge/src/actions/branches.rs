//! Reading branches, their log and their files, and deleting a branch.

use super::refresh::refresh_locked;
use crate::app::App;
use crate::error::ForgeError;
use crate::git::{read_ref, read_refs};
use crate::world::{Branch, Commit};

/// Lists the branches of a repository by name.
pub(crate) fn branches(app: &App, full_name: &str) -> Result<Vec<Branch>, ForgeError> {
    let refs = read_refs(&app.directory(app.id_of(full_name)?))
        .map_err(ForgeError::io("read the refs"))?;
    let branch = |(name, oid): (String, String)| {
        name.strip_prefix("refs/heads/").map(|name| Branch { name: name.to_owned(), oid })
    };
    Ok(refs.into_iter().filter_map(branch).collect())
}

/// Returns the tip of a branch; none when there is no such branch.
pub(crate) fn branch_tip(
    app: &App,
    full_name: &str,
    branch: &str,
) -> Result<Option<String>, ForgeError> {
    let directory = app.directory(app.id_of(full_name)?);
    read_ref(&directory, &format!("refs/heads/{branch}")).map_err(ForgeError::io("read a branch"))
}

/// Says whether a rule protects a branch, whether or not there is one of this name.
pub(crate) fn protect_branch(
    app: &App,
    full_name: &str,
    branch: &str,
    is_protected: bool,
) -> Result<(), ForgeError> {
    let id = app.id_of(full_name)?;
    let mut world = app.world();
    if let Some(repository) = world.repository_mut(id) {
        if is_protected {
            repository.protected.insert(branch.to_owned());
        } else {
            repository.protected.remove(branch);
        }
    }
    Ok(())
}

/// Deletes a branch; says whether there was one.
pub(crate) async fn delete_branch(
    app: &App,
    full_name: &str,
    branch: &str,
    actor: &str,
) -> Result<bool, ForgeError> {
    let id = app.id_of(full_name)?;
    let _lock = app.lock_repository(id).await;
    let Some(tip) = branch_tip(app, full_name, branch)? else { return Ok(false) };
    app.git.delete_ref(&app.directory(id), &format!("refs/heads/{branch}"), &tip).await?;
    refresh_locked(app, id, actor).await?;
    Ok(true)
}

/// Lists the commits of a branch or another revision, the newest first.
pub(crate) async fn log(
    app: &App,
    full_name: &str,
    revision: &str,
    limit: usize,
) -> Result<Vec<Commit>, ForgeError> {
    let directory = app.directory(app.id_of(full_name)?);
    let commit = resolve(app, full_name, revision).await?;
    Ok(app.git.log(&directory, &commit, limit).await?)
}

/// Reads a file at a branch or another revision; none when the path is not there.
pub(crate) async fn read_file(
    app: &App,
    full_name: &str,
    revision: &str,
    path: &str,
) -> Result<Option<Vec<u8>>, ForgeError> {
    let directory = app.directory(app.id_of(full_name)?);
    let commit = resolve(app, full_name, revision).await?;
    Ok(app.git.read_file(&directory, &commit, path).await?)
}

async fn resolve(app: &App, full_name: &str, revision: &str) -> Result<String, ForgeError> {
    if let Some(tip) = branch_tip(app, full_name, revision)? {
        return Ok(tip);
    }
    let directory = app.directory(app.id_of(full_name)?);
    let commit = app.git.resolve(&directory, revision).await?;
    commit.ok_or_else(|| ForgeError::not_found("revision", revision))
}
