//! The files of an attempt, and what a hostile runtime may put in their place.

use std::{
    fs::{self, File},
    os::unix::fs::{PermissionsExt, symlink},
    path::PathBuf,
};

use pullwright_headless::{DocumentFault, Limits, RunResult, Slot, SlotError, Status, Version};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

struct Place {
    _folder: TempDir,
    control: PathBuf,
    workspace: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let [control, workspace] = ["control", "tree"].map(|name| folder.path().join(name));
        fs::create_dir(&control).expect("control");
        fs::create_dir(&workspace).expect("tree");
        Self { _folder: folder, control, workspace }
    }

    fn slot(&self, attempt: u32) -> Slot {
        Slot::create(&self.control, &self.workspace, attempt, b"{}").expect("a slot")
    }
}

fn written(summary: &str) -> Vec<u8> {
    RunResult::new(Version::V1, Status::Success, summary).written().expect("valid")
}

fn fault(slot: &Slot) -> DocumentFault {
    slot.read(Version::V1, Limits::default()).expect_err("refused").fault
}

#[test]
fn a_result_is_read_from_its_own_attempt_only() {
    let place = Place::new();
    let first = place.slot(1);
    fs::write(first.result(), written("first")).expect("written");
    let second = place.slot(2);
    assert_eq!(fault(&second), DocumentFault::Missing, "not the first attempt's");
    fs::write(second.result(), written("second")).expect("written");
    let read = second.read(Version::V1, Limits::default()).expect("read");
    assert_eq!(read.summary, "second");
    second.remove().expect("removed");
    let again = Slot::create(&place.control, &place.workspace, 1, b"{}");
    assert!(matches!(again, Err(SlotError::Used { attempt: 1 })), "{again:?}");
}

#[test]
fn the_arguments_are_the_contracts() {
    let place = Place::new();
    let slot = place.slot(1);
    let [headless, context, brief, output, result] = slot.arguments();
    assert_eq!(
        (headless, context, output),
        ("--headless".into(), "--context".into(), "--output".into())
    );
    assert_eq!((PathBuf::from(brief), PathBuf::from(result)), (slot.brief().into(), slot.result()));
    let mode =
        |path: &std::path::Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(slot.brief()), mode(slot.output())), (0o400, 0o700));
}

#[test]
fn brief_and_result_are_outside_the_workspace() {
    let place = Place::new();
    let inside = place.workspace.join("control");
    fs::create_dir(&inside).expect("a folder");
    symlink(&inside, place.control.join("link")).expect("a link");
    let link = place.control.join("link");
    for (control, workspace) in
        [(&inside, &place.workspace), (&place.workspace, &inside), (&link, &place.workspace)]
    {
        let made = Slot::create(control, workspace, 1, b"{}");
        assert!(matches!(made, Err(SlotError::InsideWorkspace)), "{made:?}");
    }
}

#[test]
fn a_result_of_100_megabytes_is_refused_by_its_size() {
    let place = Place::new();
    let slot = place.slot(1);
    File::create(slot.result()).and_then(|file| file.set_len(100 << 20)).expect("a large file");
    assert_eq!(fault(&slot), DocumentFault::TooLarge { limit: 1 << 20 });
}

#[test]
fn a_link_a_pipe_or_a_folder_is_no_result() {
    let place = Place::new();
    let elsewhere = place.workspace.join("result.json");
    fs::write(&elsewhere, written("elsewhere")).expect("written");

    let slot = place.slot(1);
    symlink(&elsewhere, slot.result()).expect("a link");
    assert_eq!(fault(&slot), DocumentFault::NotPlain, "symbolic link");

    let slot = place.slot(2);
    fs::hard_link(&elsewhere, slot.result()).expect("a link");
    assert_eq!(fault(&slot), DocumentFault::NotPlain, "hard link");

    let slot = place.slot(3);
    mknodat(CWD, slot.result(), FileType::Fifo, Mode::RWXU, 0).expect("a pipe");
    assert_eq!(fault(&slot), DocumentFault::NotPlain, "pipe");

    let slot = place.slot(4);
    fs::create_dir(slot.result()).expect("a folder");
    assert_eq!(fault(&slot), DocumentFault::NotPlain, "folder");
}

#[test]
fn a_folder_put_in_the_place_of_the_output_leads_nowhere() {
    let place = Place::new();
    let first = place.slot(1);
    fs::write(first.result(), written("first")).expect("written");
    let second = place.slot(2);
    fs::remove_dir(second.output()).expect("removed");
    symlink(first.output(), second.output()).expect("a link");
    assert_eq!(fault(&second), DocumentFault::Missing);
}
