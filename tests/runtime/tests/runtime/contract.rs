//! Arguments, versions and environment, as the contract has them.

use std::fs;

use pullwright_headless::{Conclusion, Exit, Kind, Quote, ReviewForm, Version, Work};
use rstest::rstest;

use crate::{
    PATIENCE,
    git::git,
    place::{Place, ended},
};

#[rstest]
#[case::none(&[])]
#[case::no_headless(&["--context", "b", "--output", "r"])]
#[case::other_order(&["--headless", "--output", "r", "--context", "b"])]
#[case::more(&["--headless", "--context", "b", "--output", "r", "--verbose"])]
fn other_arguments_are_refused(#[case] arguments: &[&str]) {
    let child = Place::new(Version::V1).command().args(arguments).spawn().expect("the runtime");
    let (exit, printed) = ended(child, PATIENCE);
    assert_eq!(exit, Exit::Code(2));
    assert!(printed.contains("usage:"), "{printed}");
}

#[rstest]
fn a_brief_of_another_version_is_refused(#[values("9", "1.0", "")] version: &str) {
    let mut place = Place::new(Version::V1);
    let (child, slot) = place.start(Place::issue("first"));
    ended(child, PATIENCE);
    let said = format!("\"contract_version\": \"{version}\"");
    let brief = fs::read_to_string(slot.brief()).expect("the brief");
    let other = brief.replace("\"contract_version\": \"1\"", &said);
    let path = place.path("other.json");
    fs::write(&path, other).expect("written");
    let result = place.path("other-result.json");
    let arguments = pullwright_headless::arguments(&path, &result);
    let child = place.command().args(arguments).spawn().expect("the runtime");
    let (exit, printed) = ended(child, PATIENCE);
    assert_eq!(exit, Exit::Code(2));
    assert!(printed.contains("/contract_version"), "{printed}");
    assert!(!result.exists());
}

#[test]
fn without_a_credential_nothing_is_pushed_and_with_one_its_own_branch_is() {
    let heads =
        |place: &Place| git(&place.path("origin.git"), &["for-each-ref", "--format=%(refname)"]);
    let mut place = Place::new(Version::V1);
    place.run(Place::issue("please"));
    assert_eq!(heads(&place), "refs/heads/main");

    let mut place = Place::new(Version::V1);
    let token = format!("gh{}_{}", "s", "Zy9".repeat(12));
    place.token = Some(token.clone());
    let left = place.run(Place::issue("please"));
    assert_eq!(heads(&place), "refs/heads/cody/fix-issue-42\nrefs/heads/main");
    let config = fs::read_to_string(place.path("tree/.git/config")).expect("its configuration");
    let result = fs::read_to_string(left.slot.result()).expect("its result");
    for text in [config, result, left.printed] {
        assert!(!text.contains(&token), "{text}");
    }
}

#[test]
fn a_review_has_evidence_and_no_commit_in_version_2() {
    for form in [ReviewForm::OwnKind, ReviewForm::ReviewComment] {
        let mut place = Place::new(Version::V2);
        let work = Work::Review {
            number: 8,
            title: Quote::new("alice", "Cache for a day"),
            files: vec!["README.md".to_owned()],
            instruction: None,
            form,
        };
        let outcome = place.judged(work, Kind::Review);
        assert_eq!(outcome.ending.conclusion(), Conclusion::Success, "{outcome:?}");
        assert_eq!(outcome.publishes(), None);
        let review = outcome.result.expect("a result").review.expect("a review");
        assert_eq!(review.reviewed_files, ["README.md"]);
    }
}
