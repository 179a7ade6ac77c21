//! What a runner keeps on disk may break at any time: it is built anew and nobody has to delete anything.

use std::{fs, path::Path};

use pullwright_harness::WireOptions;

use super::boost;
use crate::system;

/// What happens to a repository's folder.
type Damage = (&'static str, fn(&Path));

/// What happens between two proposals.
const DAMAGE: [Damage; 6] = [
    ("a HEAD that says nothing", |folder| fs::write(folder.join("HEAD"), "rubbish\n").unwrap()),
    ("an empty folder", |folder| {
        fs::remove_dir_all(folder).unwrap();
        fs::create_dir(folder).unwrap();
    }),
    ("an empty .git in it", |folder| {
        fs::remove_dir_all(folder).unwrap();
        fs::create_dir_all(folder.join(".git")).unwrap();
    }),
    ("a file in its place", |folder| {
        fs::remove_dir_all(folder).unwrap();
        fs::write(folder, "").unwrap();
    }),
    ("locks of dead processes", |folder| {
        for lock in ["index.lock", "shallow.lock", "HEAD.lock", "config.lock", "packed-refs.lock"] {
            fs::write(folder.join(lock), "").unwrap();
        }
    }),
    ("no objects", |folder| fs::remove_dir_all(folder.join("objects")).unwrap()),
];

#[tokio::test]
async fn a_damaged_clone_costs_not_even_an_attempt() {
    let system = system::wired(WireOptions::new("damaged")).await;
    let (first, _) = system.opened(boost(0)).await;
    let folder = system.stack.clones().join(format!("repos/{}.git", system.wired.config_repo_id));
    system.until_unlocked().await;
    for (number, (damage, make)) in DAMAGE.into_iter().enumerate() {
        assert!(folder.join("objects").is_dir(), "the folder is somewhere else");
        make(&folder);
        let (proposal, pull) = system.opened(boost(number + 1)).await;
        assert_eq!(system.count(&proposal, "attempt_failed").await, 0, "{damage}");
        assert_eq!(system.changed_lines(&pull).await.len(), 2, "{damage}");
        system.until_unlocked().await;
    }
    assert_eq!(system.pulls().await.len(), 1 + DAMAGE.len());
    assert_eq!(system.count(&first, "lease_lost").await, 0);
}
