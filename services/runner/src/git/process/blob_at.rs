//! A file in any commit of the remote: has what was edited changed on the way?

use super::{ProcessEngine, fetch, open_base};
use crate::git::{Blob, Oid, Remote, Result, path};

/// The ref that keeps the commit that was looked at last.
const LOOKED_AT: &str = "refs/look/at";

/// Reads a file from a commit by id; `None` when it is absent.
pub(super) async fn blob_at(
    engine: &ProcessEngine,
    remote: &Remote,
    commit: &Oid,
    path: &str,
) -> Result<Option<Blob>> {
    path::segments(path)?;
    let slot = engine.slots.of(remote);
    let _turn = slot.turn.lock().await;
    open_base::ready(engine, &slot).await?;
    fetch::commit(engine, remote, &slot.git_dir, commit, LOOKED_AT, 1, "blob:none").await?;
    let (_, blob) =
        open_base::read(engine, remote, &slot.git_dir, commit.as_str(), &[path]).await?;
    Ok(blob)
}
