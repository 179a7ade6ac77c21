//! A call that hangs costs its time limit and nothing else: no process, no lock, no file is left.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use pullwright_forge::FaultKind;
use pullwright_harness::WireOptions;
use pullwright_testkit::wait;

use super::{boost, hasty, wired_on};
use crate::system::{PATIENCE, System};

/// A process that works in a repository's folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Child {
    pid: u32,
    words: Vec<String>,
}

/// Git's processes in this folder; all of a group inherit the variable.
fn children(folder: &Path) -> BTreeSet<Child> {
    let variable = format!("GIT_DIR={}", folder.display());
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let child = |entry: fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let environment = fs::read(entry.path().join("environ")).ok()?;
        if !environment.split(|byte| *byte == 0).any(|pair| pair == variable.as_bytes()) {
            return None;
        }
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        let words = line.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into());
        Some(Child { pid, words: words.collect() })
    };
    entries.filter_map(child).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(files(&entry.path())),
            false => found.push(entry.path()),
        }
    }
    found
}

#[tokio::test]
async fn a_git_that_hangs_is_ended_with_all_that_it_started_and_leaves_nothing() {
    tokio::join!(hangs("fetch", "git.upload-pack"), hangs("push", "git.receive-pack"));
}

async fn hangs(step: &str, route: &str) {
    let system = wired_on(hasty().await, WireOptions::new(&format!("hanging-{step}"))).await;
    let repositories = system.stack.clones().join("repos");
    let folder = repositories.join(format!("{}.git", system.wired.config_repo_id));
    let fault = system.strike(route, FaultKind::Hang).await;
    let proposal = system.propose(boost(0)).await;
    system.open(&proposal).await;

    system.struck(fault).await;
    let both = || async {
        let hanging = children(&folder);
        let has = |word: &str| hanging.iter().any(|it| it.words.iter().any(|w| w.contains(word)));
        (has(step) && has("remote-http")).then_some(hanging)
    };
    let hanging = wait::until("git and its helper are there", PATIENCE, both).await.unwrap();

    system.until_events(&proposal, "attempt_failed", 1).await;
    let left: Vec<_> = children(&folder).intersection(&hanging).cloned().collect();
    assert!(left.is_empty(), "{step}: still there after the limit: {left:?}");
    system.until(&proposal, "pr_opened").await;
    system.until_unlocked().await;

    system.has_exactly_one(&proposal, step).await;
    assert!(children(&folder).is_empty(), "{step}: {:?}", children(&folder));
    only_a_repository(&system, &repositories, &folder);
}

/// The data folder holds the bare repository of this name and of it only what belongs there.
fn only_a_repository(system: &System<'_>, repositories: &Path, folder: &Path) {
    let ours = fs::read_dir(repositories).unwrap().flatten().map(|entry| entry.path());
    let ours =
        ours.filter(|path| path.display().to_string().contains(&system.wired.config_repo_id));
    assert_eq!(ours.collect::<Vec<_>>(), [folder]);
    for file in files(folder) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let is_left = name.ends_with(".lock") || name.contains("tmp") || name.contains("crash");
        let first = file.strip_prefix(folder).unwrap().components().next().unwrap();
        let first = first.as_os_str().to_string_lossy();
        let is_known = ["HEAD", "config", "shallow", "objects", "refs"].contains(&&*first);
        assert!(is_known && !is_left, "{} is left", file.display());
    }
    assert_eq!(fs::read_dir(system.stack.clones().join("home")).unwrap().count(), 0);
}
