//! Exit code, status, branch and commits must agree, and the exit code wins.

use std::time::Duration;

use proptest::prelude::*;
use pullwright_headless::{
    BranchRule, Commit, Conclusion, Disagreement, DocumentError, DocumentFault, Ending, Exit,
    ExitReason, Expected, Fault, Kind, Outcome, Produced, Reason, Review, ReviewMode, RunResult,
    Status, UnsupportedVersion, Version, classify,
};
use rstest::rstest;

const SHA: &str = "4f0c1d5a9be27f3380d6c1e4a75b92ce01d8f6a3";
const BRANCH: &str = "cody/fix-issue-42";

fn expected(kind: Kind) -> Expected {
    let branch = BranchRule::Under("cody/".to_owned());
    Expected { kind, branch, protected: vec!["main".to_owned()] }
}

fn produced() -> Produced {
    Produced { branch: Some(BRANCH.to_owned()), commits: vec![SHA.to_owned()] }
}

/// A result with one commit, which git confirms.
fn result(status: Status) -> RunResult {
    let mut result = RunResult::new(Version::V1, status, "One line");
    result.branch = Some(BRANCH.to_owned());
    result.commits = vec![Commit { sha: SHA.to_owned(), message: "m".to_owned() }];
    result
}

fn missing() -> DocumentError {
    DocumentError { field: String::new(), fault: DocumentFault::Missing }
}

fn outcome(exit: Exit, result: RunResult) -> Outcome {
    classify(exit, Ok(result), &expected(Kind::Change), &produced())
}

fn disagreement(outcome: &Outcome) -> Option<&Disagreement> {
    match &outcome.ending {
        Ending::Failed { reason: Reason::Disagreement(disagreement), .. } => Some(disagreement),
        _ => None,
    }
}

#[rstest]
#[case(0, Status::Success, Conclusion::Success, "Done", true)]
#[case(0, Status::Partial, Conclusion::Neutral, "Partial", true)]
#[case(1, Status::Failure, Conclusion::Failure, "Failed", false)]
#[case(3, Status::NeedsInput, Conclusion::ActionRequired, "Needs input", false)]
// The exit code wins.
#[case(3, Status::Success, Conclusion::ActionRequired, "Needs input", false)]
#[case(3, Status::Partial, Conclusion::ActionRequired, "Needs input", false)]
#[case(3, Status::Failure, Conclusion::ActionRequired, "Needs input", false)]
#[case(1, Status::Success, Conclusion::Failure, "Failed", false)]
#[case(1, Status::Partial, Conclusion::Failure, "Failed", false)]
#[case(1, Status::NeedsInput, Conclusion::Failure, "Failed", false)]
#[case(0, Status::Failure, Conclusion::Failure, "Failed", false)]
#[case(0, Status::NeedsInput, Conclusion::Failure, "Failed", false)]
fn code_and_status_decide_conclusion_and_publication(
    #[case] code: i32,
    #[case] status: Status,
    #[case] conclusion: Conclusion,
    #[case] title: &str,
    #[case] publishes: bool,
) {
    let outcome = outcome(Exit::Code(code), result(status));
    assert_eq!(outcome.ending.conclusion(), conclusion);
    assert_eq!(outcome.ending.title(), title);
    assert_eq!(outcome.publishes(), publishes.then_some(BRANCH));
    assert!(!outcome.ending.is_again(), "a readable result is never tried again");
}

#[rstest]
#[case::infrastructure(Exit::Code(2))]
#[case::unknown_code(Exit::Code(101))]
#[case::signal(Exit::Signal(9))]
#[case::timeout(Exit::TimedOut(Duration::from_secs(600)))]
#[case::not_started(Exit::NotStarted)]
#[case::lost(Exit::Lost)]
fn every_other_end_may_be_tried_again_whatever_the_result_says(#[case] exit: Exit) {
    for result in [Ok(result(Status::Success)), Err(missing())] {
        let outcome = classify(exit, result, &expected(Kind::Change), &produced());
        assert_eq!(outcome.ending, Ending::Again { reason: Reason::Ended(exit) });
        assert_eq!(outcome.publishes(), None);
        let over = outcome.ending.given_up();
        assert!(matches!(over, Ending::Failed { fault: Fault::Infrastructure, .. }));
        assert_eq!((over.conclusion(), over.title()), (Conclusion::Failure, "Error"));
    }
}

#[rstest]
#[case(0, true)]
#[case(3, true)]
#[case(1, false)]
fn an_unusable_result_is_tried_again_but_never_after_1(#[case] code: i32, #[case] again: bool) {
    let outcome = classify(Exit::Code(code), Err(missing()), &expected(Kind::Change), &produced());
    assert_eq!(outcome.ending.is_again(), again, "{outcome:?}");
}

#[test]
fn another_version_is_never_tried_again() {
    let fault = DocumentFault::Version(UnsupportedVersion { given: "9".to_owned() });
    let error = DocumentError { field: "/contract_version".to_owned(), fault };
    for code in [0, 1, 3] {
        let result = Err(error.clone());
        let outcome = classify(Exit::Code(code), result, &expected(Kind::Change), &produced());
        assert!(matches!(outcome.ending, Ending::Failed { .. }), "{code}");
    }
}

#[rstest]
#[case(Some(ExitReason::AmbiguousSpec), Fault::Specification)]
#[case(Some(ExitReason::TestFailure), Fault::Agent)]
#[case(Some(ExitReason::GitConflict), Fault::Agent)]
#[case(Some(ExitReason::InfraError), Fault::Infrastructure)]
#[case(None, Fault::Agent)]
fn a_failure_says_whose_fault_it_was(#[case] why: Option<ExitReason>, #[case] whose: Fault) {
    let mut gave_up = result(Status::Failure);
    gave_up.exit_reason = why;
    let outcome = outcome(Exit::Code(1), gave_up);
    assert_eq!(outcome.ending, Ending::Failed { fault: whose, reason: Reason::GaveUp(why) });
}

#[rstest]
#[case::default_branch("main")]
#[case::detached("HEAD")]
#[case::another_familiar("nova/fix-issue-42")]
#[case::only_the_prefix("cody/")]
#[case::prefix_with_more("cody/../main")]
#[case::full_ref("refs/heads/cody/x")]
#[case::empty("")]
fn a_branch_that_the_run_may_not_write_is_refused(#[case] branch: &str) {
    let mut named = result(Status::Success);
    named.branch = Some(branch.to_owned());
    let produced = Produced { branch: Some(branch.to_owned()), ..produced() };
    let outcome = classify(Exit::Code(0), Ok(named), &expected(Kind::Change), &produced);
    assert_eq!(disagreement(&outcome), Some(&Disagreement::BranchRefused));
    assert_eq!(outcome.publishes(), None);
}

#[test]
fn a_pull_requests_own_branch_is_the_only_one_that_may_be_written() {
    let rule = |name: &str| Expected {
        branch: BranchRule::Exactly(name.to_owned()),
        ..expected(Kind::Change)
    };
    let judged =
        |expected| classify(Exit::Code(0), Ok(result(Status::Success)), &expected, &produced());
    assert_eq!(judged(rule(BRANCH)).publishes(), Some(BRANCH));
    assert_eq!(disagreement(&judged(rule("feature"))), Some(&Disagreement::BranchRefused));
    let mut protected = rule(BRANCH);
    protected.protected.push(BRANCH.to_owned());
    assert_eq!(disagreement(&judged(protected)), Some(&Disagreement::BranchRefused));
}

#[test]
fn commits_are_those_that_git_knows() {
    let judged = |result: RunResult, produced: Produced| {
        let outcome = classify(Exit::Code(0), Ok(result), &expected(Kind::Change), &produced);
        assert_eq!(outcome.publishes(), None);
        disagreement(&outcome).cloned()
    };
    let nothing = Produced::default();
    let mut two = produced();
    two.commits.push("b".repeat(40));
    let mut unlisted = result(Status::Success);
    unlisted.commits.clear();
    let mut nowhere = result(Status::Success);
    nowhere.branch = None;
    let elsewhere = Produced { branch: Some("cody/other".to_owned()), ..produced() };

    let success = || result(Status::Success);
    assert_eq!(judged(success(), two), Some(Disagreement::UnlistedCommits { count: 1 }));
    assert_eq!(judged(unlisted, produced()), Some(Disagreement::UnlistedCommits { count: 1 }));
    assert_eq!(judged(nowhere, produced()), Some(Disagreement::CommitsWithoutBranch));
    assert_eq!(judged(success(), elsewhere), Some(Disagreement::OtherBranch));
    assert_eq!(judged(success(), nothing), Some(Disagreement::OtherBranch));
    let foreign = Produced { commits: vec!["b".repeat(40)], ..produced() };
    assert_eq!(judged(success(), foreign), Some(Disagreement::UnknownCommit { index: 0 }));
}

#[test]
fn an_abbreviated_object_id_is_enough() {
    let mut short = result(Status::Success);
    short.commits[0].sha = SHA[..9].to_uppercase();
    assert_eq!(outcome(Exit::Code(0), short).publishes(), Some(BRANCH));
}

#[test]
fn success_without_commits_opens_nothing_whatever_branch_it_names() {
    for branch in [None, Some("main"), Some("HEAD"), Some(BRANCH)] {
        let mut answer = result(Status::Success);
        answer.commits.clear();
        answer.branch = branch.map(str::to_owned);
        let outcome =
            classify(Exit::Code(0), Ok(answer), &expected(Kind::Answer), &Produced::default());
        assert_eq!(outcome.ending, Ending::Succeeded);
        assert_eq!(outcome.publishes(), None);
    }
}

#[test]
fn a_review_tells_of_a_review_and_changes_nothing() {
    let mut reviewed = RunResult::new(Version::V2, Status::Success, "Nothing to change");
    reviewed.review = Some(Review { mode: ReviewMode::PullRequest, ..Review::none() });
    let judged = |result: RunResult, produced| {
        classify(Exit::Code(0), Ok(result), &expected(Kind::Review), &produced)
    };
    let done = judged(reviewed.clone(), Produced::default());
    assert_eq!((done.ending.clone(), done.publishes()), (Ending::Succeeded, None));
    let changed = judged(reviewed.clone(), produced());
    assert_eq!(disagreement(&changed), Some(&Disagreement::ReviewWithCommits));
    let silent = RunResult { review: Some(Review::none()), ..reviewed };
    assert_eq!(disagreement(&judged(silent, Produced::default())), Some(&Disagreement::NoReview));
}

#[test]
fn what_the_code_overrules_is_noted() {
    let asked = outcome(Exit::Code(3), result(Status::Success));
    assert_eq!(asked.notes, [Disagreement::Status { exit: 3, status: Status::Success }]);
    let mut blank = result(Status::Success);
    blank.summary = " ".to_owned();
    assert_eq!(disagreement(&outcome(Exit::Code(3), blank)), Some(&Disagreement::NoQuestion));
    let mut excuse = result(Status::Success);
    excuse.exit_reason = Some(ExitReason::TestFailure);
    let excused = outcome(Exit::Code(0), excuse);
    assert_eq!(excused.ending, Ending::Succeeded);
    assert_eq!(excused.notes, [Disagreement::ReasonOfSuccess]);
}

proptest! {
    /// Whatever a runtime says, this is what publication takes.
    #[test]
    fn only_confirmed_commits_on_an_allowed_branch_after_0_are_published(
        code in prop_oneof![0..4_i32, any::<i32>()],
        status in prop::sample::select(vec![
            Status::Success, Status::Partial, Status::Failure, Status::NeedsInput,
        ]),
        named in prop::option::of(prop::sample::select(vec![BRANCH, "main", "HEAD", "cody/", "nova/x"])),
        at in prop::option::of(prop::sample::select(vec![BRANCH, "main", "nova/x"])),
        listed in prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 0..3),
        made in prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 0..3),
    ) {
        let mut result = result(status);
        result.branch = named.map(str::to_owned);
        result.commits = listed
            .iter()
            .map(|digit| Commit { sha: digit.repeat(40), message: String::new() })
            .collect();
        let made: Vec<String> = made.iter().map(|digit| digit.repeat(40)).collect();
        let produced = Produced { branch: at.map(str::to_owned), commits: made.clone() };
        let outcome = classify(Exit::Code(code), Ok(result), &expected(Kind::Change), &produced);
        if outcome.publishes().is_some() {
            prop_assert_eq!(code, 0);
            prop_assert!(matches!(status, Status::Success | Status::Partial));
            prop_assert_eq!((named, at), (Some(BRANCH), Some(BRANCH)));
            prop_assert!(!listed.is_empty());
            prop_assert!(listed.iter().all(|digit| made.contains(&digit.repeat(40))));
            prop_assert!(made.iter().all(|sha| listed.iter().any(|digit| sha.starts_with(digit))));
        }
        prop_assert_eq!(outcome.ending.is_again(), !matches!(code, 0 | 1 | 3));
    }
}
