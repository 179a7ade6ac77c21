//! One slot per repository: where its folder is, whose turn it is, who still needs what is in it.

use std::{
    collections::HashMap,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
};

use uuid::Uuid;

use crate::git::Remote;

/// The slots of a data folder, which no other process uses at the same time.
pub(super) struct Slots {
    repositories: PathBuf,
    asides: PathBuf,
    slots: Mutex<HashMap<Uuid, Arc<Slot>>>,
    /// Locked as long as it is open; the system lets go of it when the process dies.
    _claim: File,
}

/// One repository's folder. Values made from it hold it, so that it is not emptied under them.
pub(super) struct Slot {
    /// The bare repository.
    pub(super) git_dir: PathBuf,
    /// A second one, for looking at history; made and removed by each look.
    pub(super) history_dir: PathBuf,
    /// Held while commands run in either: questions about a repository may come while a job works on it.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// Whether something failed that may be the folder's fault: it is built anew when nobody needs it any more.
    pub(super) suspect: AtomicBool,
    /// Whether the folders go when the slot goes.
    is_aside: bool,
}

impl Slots {
    /// Claims the data folder.
    pub(super) fn new(data: &Path) -> io::Result<Self> {
        let repositories = data.join("repos");
        fs::create_dir_all(&repositories)?;
        let claim = File::create(repositories.join("claim"))?;
        claim.try_lock().map_err(|error| match error {
            TryLockError::Error(source) => source,
            TryLockError::WouldBlock => {
                io::Error::new(io::ErrorKind::ResourceBusy, "another runner uses the folder")
            }
        })?;
        let asides = data.join("asides");
        match fs::remove_dir_all(&asides) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&asides)?,
        }
        Ok(Self { repositories, asides, slots: Mutex::default(), _claim: claim })
    }

    /// The repository's slot, or a new one for whoever works aside.
    pub(super) fn of(&self, remote: &Remote) -> Arc<Slot> {
        if remote.is_aside() {
            return Arc::new(Slot::new(&self.asides, Uuid::now_v7(), true));
        }
        let id = remote.repository_id();
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry(id);
        Arc::clone(slot.or_insert_with(|| Arc::new(Slot::new(&self.repositories, id, false))))
    }
}

impl Slot {
    fn new(folder: &Path, id: Uuid, is_aside: bool) -> Self {
        Self {
            git_dir: folder.join(format!("{id}.git")),
            history_dir: folder.join(format!("{id}.history.git")),
            turn: tokio::sync::Mutex::default(),
            suspect: AtomicBool::new(false),
            is_aside,
        }
    }

    /// Whether nobody but the map and the one who asks holds it: nothing in the folder is needed any more.
    pub(super) fn is_unused(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) <= 2
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.is_aside {
            return;
        }
        for folder in [&self.git_dir, &self.history_dir] {
            match fs::remove_dir_all(folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    // A command that was killed a moment ago may still write; the next start sweeps what is left.
                    tracing::debug!(%error, "a folder that was worked in aside is left over");
                }
                _ => {}
            }
        }
    }
}
