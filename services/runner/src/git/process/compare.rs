//! A file in two commits of the remote: what a branch that stands there already would bring.

use std::path::Path;

use super::{ProcessEngine, diff, fetch, objects::Objects, open_base};
use crate::git::{Compared, GitError, Oid, Remote, Result, path};

/// The refs that keep the two commits that were compared last.
const COMPARED: [&str; 2] = ["refs/look/from", "refs/look/to"];

/// Fetches both commits and the file in them, and compares.
pub(super) async fn compare(
    engine: &ProcessEngine,
    remote: &Remote,
    from: &Oid,
    to: &Oid,
    path: &str,
) -> Result<Compared> {
    path::segments(path)?;
    let slot = engine.slots.of(remote);
    let _turn = slot.turn.lock().await;
    open_base::ready(engine, &slot).await?;
    for (oid, name) in [from, to].into_iter().zip(COMPARED) {
        fetch::commit(engine, remote, &slot.git_dir, oid, name, 1, "blob:none").await?;
        let (_, blob) =
            open_base::read(engine, remote, &slot.git_dir, oid.as_str(), &[path]).await?;
        if blob.is_none() {
            let (path, commit) = (path.to_owned(), oid.to_string());
            return Err(GitError::FileNotFound { path, commit });
        }
    }
    let patch = diff::between(engine, &slot.git_dir, from, to, path).await?;
    Ok(Compared { patch, tree: tree(engine, &slot.git_dir, to).await? })
}

async fn tree(engine: &ProcessEngine, git_dir: &Path, commit: &Oid) -> Result<Oid> {
    let mut objects = Objects::open(engine, git_dir)?;
    let (_, tree) = objects.commit(commit.as_str()).await?;
    objects.close().await;
    Ok(tree)
}
