//! Reading a folder of the disk as the files of a first commit. It follows no symlink and skips `.git`.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::FileChange;

/// Reads every file below a folder, with the git mode that it would get from `git add`.
pub(crate) fn read_folder(folder: &Path) -> io::Result<BTreeMap<String, FileChange>> {
    let mut files = BTreeMap::new();
    read_into(folder, "", &mut files)?;
    Ok(files)
}

fn read_into(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, FileChange>,
) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry
            .file_name()
            .into_string()
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a file name is not UTF-8"))?;
        if name == ".git" {
            continue;
        }
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            read_into(&entry.path(), &path, files)?;
        } else if kind.is_symlink() {
            let target =
                std::fs::read_link(entry.path())?.to_string_lossy().into_owned().into_bytes();
            files.insert(path, FileChange::write("120000", target));
        } else {
            let executable = entry.metadata()?.permissions().mode() & 0o100 != 0;
            let mode = if executable { "100755" } else { "100644" };
            files.insert(path, FileChange::write(mode, std::fs::read(entry.path())?));
        }
    }
    Ok(())
}
