//! Looking into folders of a branch, before anybody wants to edit there. One fetch for the tip, one for all files.

use std::path::Path;

use super::{ProcessEngine, fetch, objects::Objects, open_base, tip, walk::Walker};
use crate::git::{Folder, FolderFile, GitError, Mode, Oid, Remote, Result, Survey, branch, path};

/// Files that are read in one folder; a folder of parameters has a few.
const MOST_FILES: usize = 100;

/// Looks into the folders, each for itself: what is wrong with one says nothing of the others.
pub(super) async fn survey(
    engine: &ProcessEngine,
    remote: &Remote,
    branch: &str,
    folders: &[String],
    suffix: &str,
) -> Result<Survey> {
    let full_name = branch::full_name(branch)?;
    let into = branch::base_ref(branch)?;
    let slot = engine.slots.of(remote);
    let _turn = slot.turn.lock().await;
    open_base::ready(engine, &slot).await?;
    let git_dir = &slot.git_dir;
    if fetch::branch(engine, remote, git_dir, &full_name, &into).await?.is_none() {
        tip::look(engine, remote, git_dir, &full_name).await?;
        return Err(GitError::BaseBranchNotFound { branch: branch.to_owned() });
    }
    let (oid, listed) = list(engine, git_dir, &into, folders, suffix).await?;
    let wanted: Vec<Oid> = listed.iter().flat_map(Listed::blobs).collect();
    if !wanted.is_empty() {
        fetch::objects(engine, remote, git_dir, &wanted).await?;
    }
    let mut seen = Vec::with_capacity(listed.len());
    for (path, listed) in folders.iter().zip(listed) {
        let (files, more) = match listed {
            Listed::Refused(error) => (Err(error), 0),
            Listed::Files { files, more } => {
                (Ok(contents(engine, remote, git_dir, &into, files).await?), more)
            }
        };
        seen.push(Folder { path: path.clone(), files, more });
    }
    Ok(Survey { oid, folders: seen })
}

/// A folder's files before they are read.
enum Listed {
    Refused(GitError),
    Files { files: Vec<(String, Option<Oid>)>, more: usize },
}

impl Listed {
    /// The contents to fetch: those of regular files.
    fn blobs(&self) -> Vec<Oid> {
        match self {
            Self::Refused(_) => Vec::new(),
            Self::Files { files, .. } => files.iter().filter_map(|(_, oid)| oid.clone()).collect(),
        }
    }
}

async fn list(
    engine: &ProcessEngine,
    git_dir: &Path,
    name: &str,
    folders: &[String],
    suffix: &str,
) -> Result<(Oid, Vec<Listed>)> {
    let mut objects = Objects::open(engine, git_dir)?;
    let (commit, root) = objects.commit(name).await?;
    let mut walker = Walker::new(&mut objects, root);
    let mut listed = Vec::with_capacity(folders.len());
    for folder in folders {
        listed.push(match walker.folder(folder).await {
            Ok(Some(entries)) => {
                let is_wanted = |name: &str| name.ends_with(suffix) && name.len() > suffix.len();
                let mut files: Vec<(String, Option<Oid>)> = entries
                    .iter()
                    .filter_map(|entry| Some((std::str::from_utf8(&entry.name).ok()?, entry)))
                    .filter(|(name, _)| is_wanted(name))
                    .map(|(name, entry)| {
                        let blob = Mode::parse(&entry.mode).map(|_| entry.oid.clone());
                        (format!("{folder}/{name}"), blob)
                    })
                    .collect();
                let more = files.len().saturating_sub(MOST_FILES);
                files.truncate(MOST_FILES);
                Listed::Files { files, more }
            }
            Ok(None) => Listed::Refused(GitError::FileNotFound {
                path: folder.clone(),
                commit: commit.to_string(),
            }),
            Err(error @ GitError::PathRefused { .. }) => Listed::Refused(error),
            Err(error) => return Err(error),
        });
    }
    objects.close().await;
    Ok((commit, listed))
}

/// Reads files as a base is read, so that what a job would refuse is refused.
async fn contents(
    engine: &ProcessEngine,
    remote: &Remote,
    git_dir: &Path,
    name: &str,
    files: Vec<(String, Option<Oid>)>,
) -> Result<Vec<FolderFile>> {
    let mut read = Vec::with_capacity(files.len());
    for (path, _) in files {
        let blob = match open_base::read(engine, remote, git_dir, name, &[&path]).await {
            Ok((_, Some(blob))) => Ok(blob),
            Ok((_, None)) => Err(path::refused(&path, "is not there")),
            Err(error @ GitError::PathRefused { .. }) => Err(error),
            Err(error) => return Err(error),
        };
        read.push(FolderFile { path, blob });
    }
    Ok(read)
}
