//! What the runtime does when it keeps the contract, in both versions.

use std::{fs, time::Duration};

use pullwright_headless::{Conclusion, Ending, Exit, Fault, Kind, Limits, Quote, Version, Work};
use rstest::rstest;

use crate::{
    git::git,
    place::{Place, ended},
};

const BRANCH: &str = "cody/fix-issue-42";

#[rstest]
#[case::no_script("please", Conclusion::Success)]
#[case::succeed("please\nruntime: succeed\nthanks", Conclusion::Success)]
#[case::partial("runtime: partial", Conclusion::Neutral)]
fn work_that_was_done_is_published(
    #[case] text: &str,
    #[case] conclusion: Conclusion,
    #[values(Version::V1, Version::V2)] version: Version,
) {
    let mut place = Place::new(version);
    let outcome = place.judged(Place::issue(text), Kind::Change);
    assert_eq!(outcome.ending.conclusion(), conclusion, "{outcome:?}");
    assert_eq!(outcome.publishes(), Some(BRANCH));
    assert_eq!(outcome.notes, []);
    let note = git(&place.path("tree"), &["show", &format!("{BRANCH}:notes/42.md")]);
    assert!(note.contains(text.lines().next().expect("a line")), "{note}");
}

#[rstest]
#[case("runtime: fail", Fault::Agent)]
#[case("runtime: fail git_conflict", Fault::Agent)]
#[case("runtime: fail ambiguous_spec", Fault::Specification)]
#[case("runtime: fail infra_error", Fault::Infrastructure)]
fn a_failure_is_over_and_says_whose_fault_it_was(
    #[case] text: &str,
    #[case] whose: Fault,
    #[values(Version::V1, Version::V2)] version: Version,
) {
    let outcome = Place::new(version).judged(Place::issue(text), Kind::Change);
    assert!(
        matches!(outcome.ending, Ending::Failed { fault, .. } if fault == whose),
        "{outcome:?}"
    );
    assert_eq!(outcome.publishes(), None);
}

#[rstest]
fn a_question_is_asked_and_its_answer_continues_the_task(
    #[values(Version::V1, Version::V2)] version: Version,
) {
    let mut place = Place::new(version);
    let asked = place.judged(Place::issue("runtime: ask"), Kind::Change);
    assert_eq!(asked.ending, Ending::NeedsInput);
    let question = asked.result.expect("a result").summary;
    place.answer(&question, "It should say hello");
    let outcome = place.judged(Place::issue("runtime: ask"), Kind::Change);
    assert_eq!(outcome.publishes(), Some(BRANCH), "{outcome:?}");
    let note = fs::read_to_string(place.path("tree/notes/42.md")).expect("the note");
    assert!(note.contains("It should say hello"), "{note}");
}

#[test]
fn an_answer_may_script_what_follows() {
    let mut place = Place::new(Version::V1);
    place.answer("What?", "runtime: fail");
    let outcome = place.judged(Place::issue("runtime: ask"), Kind::Change);
    assert!(matches!(outcome.ending, Ending::Failed { fault: Fault::Agent, .. }), "{outcome:?}");
}

#[rstest]
#[case::by_a_signal("runtime: crash", Exit::Signal(6))]
#[case::infrastructure("runtime: crash 2", Exit::Code(2))]
#[case::unknown_code("runtime: crash 77", Exit::Code(77))]
#[case::unknown_script("runtime: dance", Exit::Code(2))]
fn a_crash_may_be_tried_again(#[case] text: &str, #[case] exit: Exit) {
    let mut place = Place::new(Version::V1);
    let left = place.run(Place::issue(text));
    assert_eq!(left.exit, exit);
    let outcome = place.judge(&left, Kind::Change);
    assert!(outcome.ending.is_again(), "{outcome:?}");
    assert!(outcome.result.is_none(), "a crash leaves no result");
}

#[test]
fn a_runtime_that_hangs_is_ended_and_may_be_tried_again() {
    let mut place = Place::new(Version::V1);
    let (child, slot) = place.start(Place::issue("runtime: hang"));
    let limit = Duration::from_secs(1);
    let (exit, _) = ended(child, limit);
    assert_eq!(exit, Exit::TimedOut(limit));
    assert!(slot.read(Version::V1, Limits::default()).is_err());
}

#[rstest]
fn a_mention_is_answered_without_a_commit(#[values(Version::V1, Version::V2)] version: Version) {
    let comment = Quote::new("alice", "@cody why?");
    let outcome = Place::new(version).judged(Work::Answer { number: 43, comment }, Kind::Answer);
    assert_eq!(outcome.ending, Ending::Succeeded, "{outcome:?}");
    assert_eq!(outcome.publishes(), None);
    assert!(!outcome.result.expect("a result").pr_body.is_empty());
}

#[test]
fn a_comment_on_a_pull_request_is_worked_on_in_its_own_branch() {
    let mut place = Place::new(Version::V1);
    git(&place.path("tree"), &["switch", "--quiet", "--create", "cody/earlier"]);
    let comment = Quote::new("alice", "name this");
    let work = Work::AddressComment { number: 7, comment, location: None };
    let outcome = place.judged(work, Kind::Change);
    assert_eq!(outcome.publishes(), Some("cody/earlier"), "{outcome:?}");
}
