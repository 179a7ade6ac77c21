//! What is refused, where, and with which remedy.

use pullwright_headless::{Brief, DocumentError, DocumentFault, Limits, RunResult, Version};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::fixture;

fn result(
    version: Version,
    name: &str,
    pointer: &str,
    to: Value,
) -> Result<RunResult, DocumentError> {
    let mut value = fixture(version, name);
    *value.pointer_mut(pointer).expect(pointer) = to;
    RunResult::read(value.to_string().as_bytes(), version, Limits::default())
}

fn brief(version: Version, name: &str, pointer: &str, to: Value) -> Result<Brief, DocumentError> {
    let mut value = fixture(version, name);
    *value.pointer_mut(pointer).expect(pointer) = to;
    Brief::read(value.to_string().as_bytes(), &Version::ALL, Limits::default())
}

#[rstest]
#[case::unknown_status("result-success", "/status", json!("done"))]
#[case::commits_no_list("result-success", "/commits", json!({}))]
#[case::sha_no_object_id("result-success", "/commits/0/sha", json!("HEAD"))]
#[case::sha_too_short("result-success", "/commits/0/sha", json!("abc123"))]
#[case::file_outside("result-success", "/files_changed/0", json!("../other/file"))]
#[case::file_absolute("result-success", "/files_changed/0", json!("/etc/passwd"))]
#[case::no_question("result-needs-input", "/summary", json!("  \n"))]
fn a_result_that_breaks_a_rule_is_refused_with_its_field(
    #[case] name: &str,
    #[case] pointer: &str,
    #[case] to: Value,
) {
    for version in Version::ALL {
        let error = result(version, name, pointer, to.clone()).expect_err("refused");
        assert_eq!(error.field, pointer, "{error}");
    }
}

#[rstest]
#[case::reason_of_success("result-success", "/exit_reason", json!("test_failure"))]
#[case::failure_without_reason("result-failure", "/exit_reason", Value::Null)]
#[case::question_without_reason("result-needs-input", "/exit_reason", Value::Null)]
#[case::evidence_of_no_review("result-success", "/review/evidence_status", json!("complete"))]
#[case::review_without_evidence("result-review", "/review/evidence_status", json!("not_applicable"))]
#[case::review_of_no_file("result-review", "/review/reviewed_files", json!([]))]
#[case::line_0("result-review", "/review/findings/0/line", json!(0))]
#[case::no_reason_for_no_findings(
    "result-review-without-findings",
    "/review/no_findings_reason",
    Value::Null
)]
#[case::blank_reason_for_no_findings("result-review-without-findings", "/review/no_findings_reason", json!(" "))]
fn version_2_says_more_of_reviews_and_reasons(
    #[case] name: &str,
    #[case] pointer: &str,
    #[case] to: Value,
) {
    let error = result(Version::V2, name, pointer, to).expect_err("refused");
    assert!(pointer.starts_with(&error.field), "{error}");
}

#[test]
fn evidence_that_is_missing_needs_no_file() {
    let mut value = fixture(Version::V2, "result-review");
    value["review"]["evidence_status"] = json!("missing");
    value["review"]["reviewed_files"] = json!([]);
    let read = RunResult::read(value.to_string().as_bytes(), Version::V2, Limits::default());
    assert!(read.is_ok(), "{read:?}");
}

#[rstest]
#[case::other_trigger("/trigger", json!("issue_mention"))]
#[case::unknown_trigger("/trigger", json!("push"))]
#[case::credential_in_url("/repo/clone_url", json!("https://x:y@github.com/acme/site.git"))]
#[case::plain_http("/repo/clone_url", json!("http://github.com/acme/site.git"))]
#[case::loopback_look_alike("/repo/clone_url", json!("http://localhost.example/acme/site.git"))]
#[case::ssh("/repo/clone_url", json!("ssh://github.com/acme/site.git"))]
#[case::query("/repo/clone_url", json!("https://github.com/acme/site.git?x=y"))]
#[case::relative_root("/workspace/root", json!("tree"))]
#[case::root_above("/workspace/root", json!("/var/../etc"))]
#[case::no_branch("/repo/default_branch", json!("refs/heads/main"))]
#[case::negative_number("/task/issue_number", json!(-1))]
fn a_brief_that_breaks_a_rule_is_refused(#[case] pointer: &str, #[case] to: Value) {
    for version in Version::ALL {
        let error = brief(version, "brief-fix-issue", pointer, to.clone()).expect_err("refused");
        assert!(pointer.starts_with(&error.field), "{error}");
    }
}

#[rstest]
#[case("http://127.0.0.1:8080/acme/site.git")]
#[case("http://localhost:8080/acme/site.git")]
#[case("http://[::1]:8080/acme/site.git")]
fn a_host_on_loopback_may_be_plain_http(#[case] url: &str) {
    assert!(brief(Version::V1, "brief-fix-issue", "/repo/clone_url", json!(url)).is_ok());
}

#[test]
fn what_is_too_large_is_refused_unparsed() {
    let limits = Limits { bytes: 64, ..Limits::default() };
    let error = RunResult::read(&[b'{'; 65], Version::V1, limits).expect_err("too large");
    assert_eq!(error.fault, DocumentFault::TooLarge { limit: 64 }, "and not that it is no JSON");
}

#[test]
fn what_is_nested_too_deep_is_refused() {
    let deep = format!("{}{}", "[".repeat(17), "]".repeat(17));
    let error = RunResult::read(deep.as_bytes(), Version::V1, Limits::default()).expect_err("deep");
    assert_eq!(error.fault, DocumentFault::TooDeep { limit: 16 });
}

#[test]
fn an_error_names_field_and_remedy_and_repeats_no_value() {
    let secret = crate::support::token();
    let error =
        result(Version::V1, "result-success", "/status", json!(secret)).expect_err("refused");
    let text = error.to_string();
    assert!(text.starts_with("/status: ") && text.contains("docs/headless-contract.md"), "{text}");
    assert!(!text.contains(&secret), "{text}");
}
