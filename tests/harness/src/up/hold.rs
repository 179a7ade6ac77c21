//! One stack per folder: whoever holds `lock` is the stack, so that a second `up` waits for nobody and `down` ends the right one.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use rustix::process::Pid;

/// How long to wait for the process id of whoever has just taken the folder.
const MOMENT: Duration = Duration::from_secs(2);

/// Proof that this process is the folder's stack; the operating system takes it back when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Hold {
    _lock: File,
    pid: PathBuf,
}

impl Hold {
    /// Takes the folder and writes `pid` into it.
    ///
    /// # Errors
    /// Another process has it.
    pub(super) fn take(folder: &Path) -> anyhow::Result<Self> {
        let lock = open(folder)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => match read(folder) {
                Some(pid) => bail!(
                    "a stack is up or starting already (process {}); `make down` stops it",
                    pid.as_raw_nonzero()
                ),
                None => bail!("a stack is starting already; `make down` stops it"),
            },
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("lock {}", folder.display()));
            }
        }
        let pid = folder.join("pid");
        fs::write(&pid, std::process::id().to_string()).context("write the process id")?;
        Ok(Self { _lock: lock, pid })
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.pid) {
            eprintln!("remove {}: {error}", self.pid.display());
        }
    }
}

/// The process that has the folder, if one has it; a file that a killed one left behind counts for nothing.
pub(super) async fn holder(folder: &Path) -> anyhow::Result<Option<Pid>> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let lock = open(folder)?;
    let begun = tokio::time::Instant::now();
    loop {
        // Shared, so that two who look do not take each other for a stack.
        match lock.try_lock_shared() {
            Ok(()) => return Ok(None),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error).context("look at the lock"),
        }
        match read(folder) {
            Some(pid) => return Ok(Some(pid)),
            None if begun.elapsed() > MOMENT => bail!("a stack is up and wrote no process id"),
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

fn open(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("lock");
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("open {}", path.display()))
}

fn read(folder: &Path) -> Option<Pid> {
    Pid::from_raw(fs::read_to_string(folder.join("pid")).ok()?.trim().parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_folder_has_one_stack_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(holder(folder.path()).await.unwrap(), None);
        let hold = Hold::take(folder.path()).unwrap();
        let own = std::process::id();
        let refused = Hold::take(folder.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {own}")), "{refused}");
        let found = holder(folder.path()).await.unwrap().unwrap();
        assert_eq!(found.as_raw_nonzero().get().unsigned_abs(), own);
        drop(hold);
        assert_eq!(holder(folder.path()).await.unwrap(), None);
        assert!(!folder.path().join("pid").exists());
        Hold::take(folder.path()).unwrap();
    }

    #[tokio::test]
    async fn the_process_id_that_a_killed_stack_left_behind_is_nobodys() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pid"), "1").unwrap();
        assert_eq!(holder(folder.path()).await.unwrap(), None);
        Hold::take(folder.path()).unwrap();
    }

    #[tokio::test]
    async fn where_nothing_was_ever_up_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let never = folder.path().join("never");
        assert_eq!(holder(&never).await.unwrap(), None);
        assert!(!never.exists());
    }
}
