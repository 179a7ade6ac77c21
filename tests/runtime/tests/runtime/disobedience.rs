//! What the runtime does when it breaks the contract, and what is made of it.

use std::{fs, os::unix::fs::FileTypeExt, path::Path};

use pullwright_headless::{
    Disagreement, DocumentFault, Ending, Kind, Outcome, Reason, Status, Version,
};
use pullwright_redact::{Redactor, SecretString};
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process};

use crate::{git::git, place::Place};

fn disobeyed(how: &str, version: Version) -> Outcome {
    Place::new(version).judged(Place::issue(&format!("runtime: disobey {how}")), Kind::Change)
}

fn reason(outcome: &Outcome) -> &Reason {
    match &outcome.ending {
        Ending::Failed { reason, .. } | Ending::Again { reason } => reason,
        ending => panic!("{ending:?}"),
    }
}

#[rstest]
fn a_success_that_leaves_with_3_is_a_question(
    #[values(Version::V1, Version::V2)] version: Version,
) {
    let outcome = disobeyed("exit", version);
    assert_eq!(outcome.ending, Ending::NeedsInput);
    assert_eq!(outcome.notes, [Disagreement::Status { exit: 3, status: Status::Success }]);
    assert_eq!(outcome.publishes(), None, "whatever was committed");
}

#[rstest]
#[case("branch", Disagreement::BranchRefused)]
#[case("commits", Disagreement::UnknownCommit { index: 1 })]
fn branch_and_commits_are_held_against_git(
    #[case] how: &str,
    #[case] disagreement: Disagreement,
    #[values(Version::V1, Version::V2)] version: Version,
) {
    let outcome = disobeyed(how, version);
    assert_eq!(reason(&outcome), &Reason::Disagreement(disagreement));
    assert!(!outcome.ending.is_again());
    assert_eq!(outcome.publishes(), None);
}

#[rstest]
#[case::missing("silent", |fault: &DocumentFault| *fault == DocumentFault::Missing)]
#[case::field("field", |fault: &DocumentFault| matches!(fault, DocumentFault::Schema { .. }))]
#[case::version("version", |fault: &DocumentFault| fault.is_version())]
#[case::large("large", |fault: &DocumentFault| matches!(fault, DocumentFault::TooLarge { .. }))]
#[case::link("link", |fault: &DocumentFault| *fault == DocumentFault::NotPlain)]
fn a_result_that_cannot_be_used_publishes_nothing(
    #[case] how: &str,
    #[case] is: fn(&DocumentFault) -> bool,
    #[values(Version::V1, Version::V2)] version: Version,
) {
    let outcome = disobeyed(how, version);
    let Reason::Unusable(error) = reason(&outcome) else { panic!("{outcome:?}") };
    assert!(is(&error.fault), "{error}");
    assert_eq!(outcome.publishes(), None);
}

#[test]
fn a_leak_shows_three_encodings_in_four_places_and_the_redactor_knows_them() {
    let mut place = Place::new(Version::V1);
    let token = format!("gh{}_{}", "s", "Zy9".repeat(12));
    place.token = Some(token.clone());
    let left = place.run(Place::issue("runtime: leak"));
    let outcome = place.judge(&left, Kind::Change);
    assert_eq!(outcome.ending, Ending::Succeeded, "{outcome:?}");
    let result = outcome.result.expect("a result");
    let file = git(&place.path("tree"), &["show", "HEAD:leak.txt"]);
    let redactor = Redactor::new();
    redactor.register(&SecretString::from(token.clone())).expect("long enough");
    for text in [left.printed, result.summary, result.pr_body, file] {
        assert!(text.contains(&token), "{text}");
        let shown = redactor.redact(&text);
        for word in shown.split_whitespace() {
            assert!(word.len() < 20 || !text.contains(word), "left over: {word}");
        }
    }
}

#[test]
fn files_are_written_where_they_must_not_be() {
    let mut place = Place::new(Version::V1);
    place.run(Place::issue("runtime: disobey outside"));
    assert!(place.path("outside.txt").is_file());

    let mut place = Place::new(Version::V1);
    let outcome = place.judged(Place::issue("runtime: disobey hooks"), Kind::Change);
    assert_eq!(outcome.ending, Ending::Succeeded, "{outcome:?}");
    let git_folder = place.path("tree/.git");
    assert!(git_folder.join("hooks/pre-push").is_file());
    assert!(!git_folder.join("trapped").exists(), "the trap is for whoever comes next");
    assert!(git(&place.path("tree"), &["ls-tree", "HEAD", "passwd"]).starts_with("120000"));
}

#[test]
fn a_process_is_left_behind_that_does_not_end_when_it_is_asked_to() {
    let mut place = Place::new(Version::V1);
    place.run(Place::issue("runtime: disobey daemon"));
    let text = fs::read_to_string(place.path("tree/daemon.pid")).expect("its id");
    let pid = text.trim().parse().ok().and_then(Pid::from_raw).expect("a process id");
    kill_process_group(pid, Signal::TERM).expect("asked to end");
    let outlived = test_kill_process(pid).is_ok();
    kill_process_group(pid, Signal::KILL).expect("ended");
    assert!(outlived, "it ignores the request");
}

#[test]
fn the_parents_environment_is_read_when_nothing_forbids_it() {
    let outcome = disobeyed("environ", Version::V1);
    let summary = outcome.result.expect("a result").summary;
    assert!(summary.contains("CARGO_MANIFEST_DIR="), "{summary}");
}

#[test]
fn nothing_but_the_result_is_left_where_results_go() {
    let mut place = Place::new(Version::V1);
    let left = place.run(Place::issue("please"));
    let entries = names(left.slot.output());
    assert_eq!(entries, ["result.json"]);
    assert!(!fs::symlink_metadata(left.slot.result()).expect("there").file_type().is_fifo());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect()
}
