//! Opening a base: fetch the tip, walk to the file, fetch what is missing, read it. One fetch when nothing changed.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use super::{
    ProcessEngine, attributes, fetch, folder,
    objects::{Found, Objects},
    slots::Slot,
    tip,
    walk::{Walk, Walker},
};
use crate::git::{Base, Blob, GitError, Oid, Remote, Result, branch, path};

/// Opens a base; a folder that seems damaged is built anew once, if nobody needs what is in it.
pub(super) async fn open_base(
    engine: &ProcessEngine,
    remote: &Remote,
    branch: &str,
    path: &str,
    writes: &[String],
) -> Result<Base> {
    let slot = engine.slots.of(remote);
    let _turn = slot.turn.lock().await;
    let first = attempt(engine, remote, &slot, branch, path, writes).await;
    let (commit, blob) = match first {
        Err(error) if error.blames_the_folder() && slot.is_unused() => {
            tracing::warn!(%error, "building the repository's folder anew");
            discard(&slot.git_dir).await?;
            attempt(engine, remote, &slot, branch, path, writes).await?
        }
        first => first?,
    };
    Ok(Base { oid: commit, path: path.to_owned(), blob, held: Arc::clone(&slot) as _ })
}

/// Makes the folder ready for commands.
pub(super) async fn ready(engine: &ProcessEngine, slot: &Arc<Slot>) -> Result<()> {
    let unused = slot.is_unused();
    if unused && slot.suspect.swap(false, Ordering::Relaxed) {
        discard(&slot.git_dir).await?;
    }
    folder::ready(&slot.git_dir, unused, engine.launcher.settings().most_packs)
        .await
        .map_err(|source| GitError::Io { step: "data folder", source })
}

/// Removes a folder.
pub(super) async fn discard(git_dir: &Path) -> Result<()> {
    folder::remove(git_dir).await.map_err(|source| GitError::Io { step: "data folder", source })
}

async fn attempt(
    engine: &ProcessEngine,
    remote: &Remote,
    slot: &Arc<Slot>,
    branch: &str,
    path: &str,
    writes: &[String],
) -> Result<(Oid, Blob)> {
    let full_name = branch::full_name(branch)?;
    let into = branch::base_ref(branch)?;
    path::segments(path)?;
    ready(engine, slot).await?;
    let git_dir = &slot.git_dir;
    if fetch::branch(engine, remote, git_dir, &full_name, &into).await?.is_none() {
        return Err(match tip::look(engine, remote, git_dir, &full_name).await? {
            None => GitError::BaseBranchNotFound { branch: branch.to_owned() },
            Some(_) => {
                GitError::Unreachable { text: format!("{full_name} has only just appeared") }
            }
        });
    }
    let mut paths = vec![path];
    paths.extend(writes.iter().map(String::as_str).filter(|write| *write != path));
    let (commit, blob) = read(engine, remote, git_dir, &into, &paths).await?;
    blob.map(|blob| (commit.clone(), blob))
        .ok_or_else(|| GitError::FileNotFound { path: path.to_owned(), commit: commit.to_string() })
}

/// Reads the first of `paths` from a commit that is here, fetching its blob when it is not, and holds all of them to
/// the rules; `None` when the first is absent.
pub(super) async fn read(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &Path,
    name: &str,
    paths: &[&str],
) -> Result<(Oid, Option<Blob>)> {
    let mut objects = Objects::open(engine, git_dir)?;
    let (commit, root) = objects.commit(name).await?;
    let mut walker = Walker::new(&mut objects, root);
    let mut walks = Vec::with_capacity(paths.len());
    for path in paths {
        walks.push(walker.walk(path).await?);
    }
    let Some(Walk { file: Some((oid, mode)), .. }) = walks.first() else {
        objects.close().await;
        return Ok((commit, None));
    };
    let (oid, mode) = (oid.clone(), *mode);
    let mut assigning: Vec<(String, Oid)> =
        walks.into_iter().flat_map(|walk| walk.attributes).collect();
    assigning.sort();
    assigning.dedup();
    let mut wanted = vec![oid.clone()];
    wanted.extend(assigning.iter().map(|(_, oid)| oid.clone()));

    let mut contents = contents(engine, remote, git_dir, objects, &wanted).await?;
    let bytes = contents
        .remove(0)
        .ok_or_else(|| path::refused(paths[0], "is larger than what is edited"))?;
    if attributes::is_lfs_pointer(&bytes) {
        return Err(path::refused(paths[0], "is a Git LFS pointer"));
    }
    // An attributes file that is too large to be read may say anything.
    if contents.iter().any(|file| file.as_ref().is_none_or(|file| attributes::may_filter(file))) {
        attributes::refuse_filtered(engine, git_dir, &assigning, paths).await?;
    }
    Ok((commit, Some(Blob { oid, mode, bytes })))
}

/// The contents of blobs, in order, fetching all that are missing at once; `None` for one that is too large.
async fn contents(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &Path,
    objects: Objects<'_>,
    wanted: &[Oid],
) -> Result<Vec<Option<Vec<u8>>>> {
    let largest = engine.launcher.settings().largest_blob;
    if let Ok(contents) = all_here(objects, wanted, largest).await? {
        return Ok(contents);
    }
    // Some are here already, but to say which costs more than to fetch them again.
    fetch::objects(engine, remote, git_dir, wanted).await?;
    let objects = Objects::open(engine, git_dir)?;
    all_here(objects, wanted, largest).await?.map_err(|missing| GitError::Failed {
        step: "fetch",
        text: format!("{missing} is missing after it was fetched"),
    })
}

/// The contents, or the first that is missing.
async fn all_here(
    mut objects: Objects<'_>,
    wanted: &[Oid],
    largest: usize,
) -> Result<Result<Vec<Option<Vec<u8>>>, Oid>> {
    let mut contents = Vec::with_capacity(wanted.len());
    for oid in wanted {
        match objects.blob(oid, largest).await? {
            Found::Blob(bytes) => contents.push(Some(bytes)),
            Found::Missing => {
                objects.close().await;
                return Ok(Err(oid.clone()));
            }
            // The reader cannot go on; the file is refused whatever the rest says.
            Found::TooLarge => {
                contents.push(None);
                contents.resize(wanted.len(), None);
                break;
            }
        }
    }
    objects.close().await;
    Ok(Ok(contents))
}
