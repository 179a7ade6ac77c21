//! A repository's folder: made by hand, put in order when it is opened, thrown away when in doubt.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Says that the one remote has what is missing here.
const CONFIG: &str = "[core]
\trepositoryformatversion = 1
\tbare = true
[extensions]
\tpartialClone = origin
[remote \"origin\"]
\tpromisor = true
\tpartialclonefilter = blob:none
";

/// Makes the folder if there is none, removes what dead processes left, and begins anew when `renew` and there are more
/// than `most_packs` packs.
pub(super) async fn ready(git_dir: &Path, renew: bool, most_packs: usize) -> io::Result<()> {
    let git_dir = git_dir.to_owned();
    off_the_runtime(move || {
        if renew && packs(&git_dir)? > most_packs {
            remove_now(&git_dir)?;
        }
        if !git_dir.join("HEAD").is_file() {
            remove_now(&git_dir)?;
            make(&git_dir)?;
        }
        sweep(&git_dir)
    })
    .await
}

/// Removes the folder; that it is not there is fine.
pub(super) async fn remove(git_dir: &Path) -> io::Result<()> {
    let git_dir = git_dir.to_owned();
    off_the_runtime(move || remove_now(&git_dir)).await
}

async fn off_the_runtime(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn make(git_dir: &Path) -> io::Result<()> {
    fs::create_dir_all(git_dir.join("objects/pack"))?;
    fs::create_dir_all(git_dir.join("refs"))?;
    fs::write(git_dir.join("config"), CONFIG)?;
    // Last: a folder with it is whole.
    fs::write(git_dir.join("HEAD"), "ref: refs/heads/none\n")
}

fn remove_now(git_dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(git_dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => fs::remove_file(git_dir),
        done => done,
    }
}

fn packs(git_dir: &Path) -> io::Result<usize> {
    let folder = match fs::read_dir(git_dir.join("objects/pack")) {
        Err(_) => return Ok(0),
        Ok(folder) => folder,
    };
    Ok(folder
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "pack"))
        .count())
}

/// Removes lock files, half-written packs and crash reports: whoever made them is dead, as this process alone uses the
/// folder and it is nobody else's turn.
fn sweep(git_dir: &Path) -> io::Result<()> {
    let mut folders: Vec<PathBuf> =
        vec![git_dir.to_owned(), git_dir.join("objects"), git_dir.join("objects/pack")];
    let mut refs = vec![git_dir.join("refs")];
    while let Some(folder) = refs.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                refs.push(entry.path());
            }
        }
        folders.push(folder);
    }
    for folder in folders {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let left = name.ends_with(".lock")
                || name.starts_with("tmp_")
                || name.starts_with("fast_import_crash_");
            if left && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_dead_processes_left_is_removed_and_the_rest_stays() {
        let data = tempfile::tempdir().unwrap();
        let git_dir = data.path().join("1.git");
        ready(&git_dir, true, 9).await.unwrap();
        fs::create_dir_all(git_dir.join("refs/base")).unwrap();
        let left = [
            "shallow.lock",
            "refs/base/main.lock",
            "objects/pack/tmp_pack_x",
            "fast_import_crash_7",
        ];
        let kept = ["shallow", "refs/base/main", "objects/pack/pack-1.pack"];
        for name in left.iter().chain(&kept) {
            fs::write(git_dir.join(name), "").unwrap();
        }
        ready(&git_dir, true, 9).await.unwrap();
        assert!(left.iter().all(|name| !git_dir.join(name).exists()));
        assert!(kept.iter().all(|name| git_dir.join(name).exists()));
    }

    #[tokio::test]
    async fn a_folder_with_many_packs_begins_anew_when_it_may() {
        let data = tempfile::tempdir().unwrap();
        let git_dir = data.path().join("1.git");
        ready(&git_dir, true, 1).await.unwrap();
        for at in 0..2 {
            fs::write(git_dir.join(format!("objects/pack/pack-{at}.pack")), "").unwrap();
        }
        ready(&git_dir, false, 1).await.unwrap();
        assert_eq!(packs(&git_dir).unwrap(), 2);
        ready(&git_dir, true, 1).await.unwrap();
        assert_eq!(packs(&git_dir).unwrap(), 0);
    }

    #[tokio::test]
    async fn half_a_folder_is_made_anew() {
        let data = tempfile::tempdir().unwrap();
        let git_dir = data.path().join("1.git");
        fs::create_dir_all(git_dir.join("objects")).unwrap();
        ready(&git_dir, false, 1).await.unwrap();
        assert!(git_dir.join("refs").is_dir() && git_dir.join("config").is_file());
    }
}
