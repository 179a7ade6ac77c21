//! What is read of a pull request, and what is not missed when it is odd.

use serde_json::json;

use super::*;

fn read(value: &Value) -> Result<PullRequest, Flaw> {
    let web = "https://github.com".to_owned();
    PullRequest::parse(
        value,
        &Host { api: "https://api.github.com".to_owned(), git: web.clone(), web },
    )
}

fn minimal() -> Value {
    json!({ "number": 7, "html_url": "https://github.com/o/r/pull/7", "state": "open" })
}

fn with(name: &str, value: Value) -> Value {
    let mut pull = minimal();
    pull[name] = value;
    pull
}

#[test]
fn what_is_not_needed_may_be_missing_null_or_of_another_type() {
    let bare = read(&minimal()).unwrap();
    assert_eq!((bare.number, bare.merged, bare.body.as_deref()), (7, false, None));
    for odd in
        [Value::Null, json!([]), json!("x"), json!(1.5), json!({ "repo": [], "sha": 1, "ref": {} })]
    {
        for name in
            ["node_id", "title", "body", "head", "base", "draft", "user", "updated_at", "surprise"]
        {
            let parsed = read(&with(name, odd.clone()));
            assert!(parsed.is_ok(), "{name}: {odd}");
        }
    }
}

#[test]
fn without_a_number_an_address_and_a_state_there_is_no_pull_request() {
    for number in [Value::Null, json!("7"), json!(0), json!(-1), json!(7.0), json!(1e300)] {
        assert_eq!(read(&with("number", number)), Err("has no `number`"));
    }
    for url in [
        Value::Null,
        json!(""),
        json!("javascript:alert(1)"),
        json!("https://github.com/o/\n"),
        json!("https://github.com.evil.example/o/r/pull/7"),
        json!("/o/r/pull/7"),
    ] {
        assert_eq!(read(&with("html_url", url)), Err("has no `html_url` on its host"));
    }
    assert_eq!(read(&with("state", Value::Null)), Err("has no `state`"));
    assert!(read(&json!([])).is_err());
    assert!(read(&Value::Null).is_err());
}

#[test]
fn a_list_tells_by_merged_at_that_it_is_merged() {
    let merged = read(&with("merged_at", json!("2026-01-02T03:04:05Z"))).unwrap();
    assert!(merged.merged);
    assert_eq!(merged.merged_at.map(Timestamp::as_second), Some(1_767_323_045));
}

#[test]
fn a_date_that_cannot_be_read_is_not_known() {
    for date in [json!("yesterday"), json!("2026-13-45T99:00:00Z"), json!(12), json!("")] {
        assert_eq!(read(&with("updated_at", date)).unwrap().updated_at, None);
    }
    let odd = read(&with("merged_at", json!("yesterday"))).unwrap();
    assert_eq!((odd.merged, odd.merged_at), (true, None));
}

#[test]
fn a_fork_that_is_gone_has_no_repository() {
    let head = json!({ "ref": "b", "sha": "c0ffee", "repo": null });
    let parsed = read(&with("head", head)).unwrap();
    assert_eq!(
        (parsed.head.name.as_str(), parsed.head.repository, parsed.head.repository_id),
        ("b", None, None)
    );
}
