//! The temporary folder of one server, and the account that it runs under.
//!
//! PostgreSQL refuses to run as root; then both servers run as `postgres`, or as `nobody` where there is no such user.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::StoreError;

/// The user and group under which a server runs instead of root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// A new folder that only its owner may enter; removed with this value unless handed over.
#[derive(Debug)]
pub(super) struct Folder {
    dir: TempDir,
    /// Whom the folder belongs to when that is not the user of this process.
    pub(super) account: Option<Account>,
}

impl Folder {
    pub(super) fn create(prefix: &str) -> Result<Self, StoreError> {
        // Sockets live in it: their path may have 107 bytes, so the name stays short.
        let dir = tempfile::Builder::new()
            .prefix(prefix)
            .tempdir()
            .map_err(StoreError::io("make a temporary folder"))?;
        let metadata =
            fs::metadata(dir.path()).map_err(StoreError::io("look at the temporary folder"))?;
        if metadata.uid() != 0 {
            return Ok(Self { dir, account: None });
        }
        let account = account()?;
        searchable(dir.path())?;
        own(dir.path(), account)?;
        Ok(Self { dir, account: Some(account) })
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file that only the server's account may read.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, StoreError> {
        let path = self.path().join(name);
        let written = fs::write(&path, text)
            .and_then(|()| fs::set_permissions(&path, fs::Permissions::from_mode(0o600)));
        written.map_err(StoreError::io("write into the temporary folder"))?;
        if let Some(account) = self.account {
            own(&path, account)?;
        }
        Ok(path)
    }

    /// Leaves the removal to somebody else.
    pub(super) fn hand_over(self) -> PathBuf {
        self.dir.keep()
    }
}

fn own(path: &Path, account: Account) -> Result<(), StoreError> {
    chown(path, Some(account.uid), Some(account.gid))
        .map_err(StoreError::io("give the temporary folder to the server's account"))
}

/// Sees that an account without any right of its own can get to `path`.
fn searchable(path: &Path) -> Result<(), StoreError> {
    for parent in path.ancestors().skip(1) {
        let metadata = fs::metadata(parent).map_err(StoreError::io("look at a parent folder"))?;
        if metadata.mode() & 0o001 == 0 {
            return Err(StoreError::NotSearchable { path: parent.to_owned() });
        }
    }
    Ok(())
}

fn account() -> Result<Account, StoreError> {
    let users = fs::read_to_string("/etc/passwd").map_err(StoreError::io("read /etc/passwd"))?;
    ["postgres", "nobody"].iter().find_map(|name| entry(&users, name)).ok_or(StoreError::NoAccount)
}

fn entry(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let found = fields.next()? == name;
        let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
        found.then_some(Account { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let users = "root:x:0:0::/root:/bin/sh\nnobody2:x:7:7::/:/x\nnobody:x:65534:65533::/:/x\n";
        let found = entry(users, "nobody").unwrap();
        assert_eq!((found.uid, found.gid), (65534, 65533));
        assert!(entry(users, "postgres").is_none());
    }

    #[test]
    fn a_folder_of_root_alone_is_not_searchable() {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let refused = searchable(&dir.path().join("data")).unwrap_err();
        assert!(matches!(refused, StoreError::NotSearchable { path } if path == dir.path()));
    }
}
