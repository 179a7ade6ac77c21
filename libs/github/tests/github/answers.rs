//! Answers, the odd ones above all.

use std::time::Duration;

use pullwright_github::{Effect, GithubError, NewPullRequest, Retry};

use super::server::{Server, Turn, credential, json};

pub(crate) fn new_pull() -> NewPullRequest {
    NewPullRequest {
        title: "Raise the title boost".to_owned(),
        head: "pullwright/study-1".to_owned(),
        base: "main".to_owned(),
        body: "As approved.".to_owned(),
        draft: false,
        maintainer_can_modify: false,
    }
}

async fn refused(turn: Turn) -> GithubError {
    let server = Server::start(vec![turn]).await;
    let caller = server.caller();
    let error = caller.repository().pulls().create(&new_pull()).await.unwrap_err();
    assert_eq!(server.asked().len(), 1, "a mutation is sent once");
    error
}

#[tokio::test]
async fn a_request_carries_what_github_asks_for() {
    let server = Server::start(vec![json("404 Not Found", "", "{}")]).await;
    let _ = server.caller().repository().pulls().create(&new_pull()).await;
    let request = server.asked().remove(0);
    let head = request.to_lowercase();
    assert!(request.starts_with("POST /api/v3/repos/acme/search-config/pulls HTTP/1.1\r\n"));
    assert!(request.contains(&format!("Bearer {}", credential())));
    for header in [
        "accept: application/vnd.github+json",
        "x-github-api-version: 2022-11-28",
        "user-agent: pullwright-tests",
        "content-type: application/json",
    ] {
        assert!(head.contains(header), "{header}: {head}");
    }
    assert!(
        request.contains(r#""head":"pullwright/study-1""#) && request.contains(r#""draft":false"#)
    );
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for (status, body, code, retry, effect) in [
        (
            "401 Unauthorized",
            r#"{"message":"Bad credentials"}"#,
            "AuthFailed",
            Retry::Never,
            Effect::None,
        ),
        (
            "403 Forbidden",
            r#"{"message":"Resource not accessible by integration"}"#,
            "Forbidden",
            Retry::Never,
            Effect::None,
        ),
        (
            "403 Forbidden",
            r#"{"message":"You have exceeded a secondary rate limit"}"#,
            "RateLimited",
            Retry::After(Duration::from_secs(60)),
            Effect::None,
        ),
        (
            "429 Too Many Requests",
            "",
            "RateLimited",
            Retry::After(Duration::from_secs(60)),
            Effect::None,
        ),
        ("404 Not Found", r#"{"message":"Not Found"}"#, "NotFound", Retry::Never, Effect::None),
        ("410 Gone", "{}", "Gone", Retry::Never, Effect::None),
        (
            "422 Unprocessable Entity",
            r#"{"message":"Validation Failed"}"#,
            "Validation",
            Retry::Never,
            Effect::None,
        ),
        (
            "409 Conflict",
            r#"{"message":"Git Repository is empty."}"#,
            "Unexpected",
            Retry::Never,
            Effect::None,
        ),
        ("408 Request Timeout", "", "Server", Retry::Backoff, Effect::Unknown),
        ("500 Internal Server Error", "<html>", "Server", Retry::Backoff, Effect::Unknown),
        ("503 Service Unavailable", "", "Server", Retry::Backoff, Effect::Unknown),
    ] {
        let error = refused(json(status, "", body)).await;
        assert!(format!("{error:?}").starts_with(code), "{status}: {error:?}");
        assert_eq!((error.retry(), error.effect()), (retry, effect), "{status}");
    }
}

#[tokio::test]
async fn one_that_exists_already_is_recognised() {
    let body = r#"{"message":"Validation Failed","errors":[{"resource":"PullRequest","code":"custom","message":"A pull request already exists for acme:x."}]}"#;
    let error = refused(json("422 Unprocessable Entity", "", body)).await;
    assert!(error.already_exists());
    assert!(error.to_string().contains("already exists for acme:x"), "{error}");
    let other = refused(json(
        "422 Unprocessable Entity",
        "",
        r#"{"message":"Validation Failed","errors":["x", 5, null]}"#,
    ))
    .await;
    assert!(!other.already_exists());
}

#[tokio::test]
async fn a_head_that_is_not_visible_yet_may_be_tried_again() {
    let body = r#"{"message":"Validation Failed","errors":[{"resource":"PullRequest","field":"head","code":"invalid"}]}"#;
    let error = refused(json("422 Unprocessable Entity", "", body)).await;
    assert_eq!((error.retry(), error.already_exists()), (Retry::Backoff, false));
}

#[tokio::test]
async fn a_limit_with_a_reset_is_waited_for() {
    let reset = "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1704164655\r\n";
    let error =
        refused(json("403 Forbidden", reset, r#"{"message":"API rate limit exceeded"}"#)).await;
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(10)));
}

#[tokio::test]
async fn a_success_that_cannot_be_used_is_an_error_whose_effect_came_about() {
    for body in [
        "<html>login</html>",
        "",
        "[]",
        r#"{"number":"7","html_url":"http://x/o/r/pull/7"}"#,
        r#"{"number":7,"html_url":"javascript:alert(1)"}"#,
        r#"{"html_url":"http://x/o/r/pull/7"}"#,
    ] {
        let error = refused(json("201 Created", "", body)).await;
        assert!(matches!(error, GithubError::Malformed { .. }), "{body}: {error:?}");
        assert_eq!((error.retry(), error.effect()), (Retry::Backoff, Effect::Unknown));
    }
}

#[tokio::test]
async fn an_answer_larger_than_the_cap_is_not_read_to_its_end() {
    let body = format!("[\"{}\"]", "x".repeat(11 << 20));
    let server = Server::start(vec![json("200 OK", "", &body)]).await;
    let caller = server.caller();
    let error = caller.repository().pulls().find_by_head("x").await.unwrap_err();
    assert!(error.to_string().contains("larger"), "{error}");
}

#[tokio::test]
async fn long_words_are_cut_and_the_credential_is_not_among_them() {
    let body = format!(r#"{{"message":"you sent {} {}"}}"#, credential(), "x".repeat(50_000));
    let error = refused(json("403 Forbidden", "", &body)).await;
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("you sent") && !shown.contains(&credential()), "{shown}");
    assert!(error.to_string().chars().count() < 2_100);
}

#[tokio::test]
async fn all_pages_are_counted_and_no_link_is_followed() {
    let decoy = Server::start(vec![json("200 OK", "", "[]")]).await;
    let entry = |number: usize| {
        format!(
            r#"{{"number":{number},"state":"open","html_url":"HOST/acme/search-config/pull/{number}","head":{{"ref":"x"}}}}"#
        )
    };
    // The page's host is not known before the server is, so entries name a web address of their own.
    let page = |from: usize, count: usize| {
        let entries: Vec<_> = (from..from + count).map(entry).collect();
        format!("[{}]", entries.join(",")).replace("HOST", "https://web.example")
    };
    let link = format!("link: <http://{}/page2>; rel=\"next\"\r\n", decoy.address);
    let server = Server::start(vec![
        json("200 OK", &link, &page(1, 100)),
        json("200 OK", &link, &page(101, 2)),
    ])
    .await;
    let mut caller = server.caller();
    caller.host.web = "https://web.example".to_owned();
    let found = caller.repository().pulls().find_by_head("x").await.unwrap();
    assert_eq!(found.len(), 102);
    assert!(decoy.asked().is_empty());
    let asked = server.asked();
    assert!(asked[0].contains("head=acme%3Ax&state=all&per_page=100&page=1"), "{}", asked[0]);
    assert!(asked[1].contains("page=2"));
    assert!(caller.repository().pulls().find_by_head("x").await.is_ok());
}

#[tokio::test]
async fn pull_requests_of_other_branches_are_not_found() {
    let body = r#"[{"number":1,"state":"open","html_url":"https://web.example/o/r/pull/1","head":{"ref":"other"}}]"#;
    let server = Server::start(vec![json("200 OK", "", body)]).await;
    let mut caller = server.caller();
    caller.host.web = "https://web.example".to_owned();
    assert!(caller.repository().pulls().find_by_head("x").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_page_of_html_is_an_error_of_the_status_it_came_with() {
    let html = "<html><body>Unicorn!</body></html>";
    let error = refused(json("502 Bad Gateway", "", html)).await;
    assert!(matches!(error, GithubError::Server { .. }), "{error:?}");
    let error = refused(json("403 Forbidden", "", html)).await;
    assert!(matches!(error, GithubError::Forbidden { .. }), "{error:?}");
    let error = refused(Turn::Send("HTTP/1.1 204 No Content\r\n\r\n".to_owned())).await;
    assert!(matches!(error, GithubError::Malformed { .. }), "{error:?}");
    assert_eq!(error.effect(), Effect::Unknown);
}

#[tokio::test]
async fn a_refusal_stays_one_when_its_words_break_off_or_never_end() {
    let cut = "HTTP/1.1 422 Unprocessable Entity\r\ncontent-length: 1000\r\n\r\n{\"message\":\"Val"
        .to_owned();
    let error = refused(Turn::Send(cut)).await;
    assert!(matches!(error, GithubError::Validation { .. }), "{error:?}");
    assert_eq!((error.retry(), error.effect()), (Retry::Never, Effect::None));
    let error = refused(json("401 Unauthorized", "", &"x".repeat(11 << 20))).await;
    assert!(matches!(error, GithubError::AuthFailed { .. }), "{error:?}");
    assert!(error.to_string().chars().count() < 2_100);
}

#[tokio::test]
async fn an_error_names_the_call_without_its_values() {
    let error = refused(json("404 Not Found", "", "{}")).await;
    assert!(
        error.to_string().starts_with("POST /repos/{owner}/{repo}/pulls: not found"),
        "{error}"
    );
    assert_eq!(format!("{:?}", error.call()), "POST /repos/{owner}/{repo}/pulls");
}

#[tokio::test]
async fn a_wait_until_a_date_is_counted_from_the_clock() {
    let date = "retry-after: Tue, 02 Jan 2024 03:05:35 GMT\r\n";
    let error = refused(json("429 Too Many Requests", date, "{}")).await;
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(90)));
    assert!(error.to_string().contains("rate limited for 90 s"), "{error}");
}
