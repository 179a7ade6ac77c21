//! The query for many pull requests: an answer of 200 may be a refusal, and a refusal may be of one only.

use std::time::Duration;

use pullwright_github::{Effect, GithubError, PullRequest, Retry, Trail};

use super::server::{Caller, Server, Turn, credential, json};

fn node(number: i64, state: &str) -> String {
    format!(
        r#"{{"id":"PR_{number}","number":{number},"state":"{state}","merged":{},"mergedAt":{},"updatedAt":"2026-01-02T03:04:05Z","url":"https://web.example/acme/search-config/pull/{number}","headRefOid":"aa","baseRefOid":"bb","headRefName":"x","baseRefName":"main","repository":{{"nameWithOwner":"acme/search-config","databaseId":42}}}}"#,
        state == "MERGED",
        if state == "MERGED" { "\"2026-01-02T03:04:05Z\"" } else { "null" },
    )
}

fn caller(server: &Server) -> Caller {
    let mut caller = server.caller();
    caller.host.web = "https://web.example".to_owned();
    caller
}

async fn ask(turn: Turn, ids: &[&str]) -> Result<Vec<Option<PullRequest>>, GithubError> {
    let server = Server::start(vec![turn]).await;
    let caller = caller(&server);
    caller.repository().pulls().get_by_node_ids(ids).await
}

#[tokio::test]
async fn three_states_are_rests_two_and_whether_it_is_merged() {
    let nodes = [node(1, "OPEN"), node(2, "CLOSED"), node(3, "MERGED")].join(",");
    let body = format!(r#"{{"data":{{"nodes":[{nodes}]}}}}"#);
    let server = Server::start(vec![json("200 OK", "", &body)]).await;
    let (caller, trail) = (caller(&server), Trail::default());
    let repository = caller.repository().on(&trail);
    let found = repository.pulls().get_by_node_ids(&["PR_1", "PR_2", "PR_3"]).await.unwrap();
    let found: Vec<PullRequest> = found.into_iter().flatten().collect();
    let states: Vec<_> = found.iter().map(|one| (one.state.as_str(), one.merged)).collect();
    assert_eq!(states, [("open", false), ("closed", false), ("closed", true)]);
    assert_eq!((found[0].head.sha.as_str(), found[0].base.sha.as_str()), ("aa", "bb"));
    assert_eq!(found[0].base.repository_id, Some(42));
    assert!(found[2].merged_at.is_some() && found[0].merged_at.is_none());
    assert!(found.iter().all(|one| one.updated_at.is_some()));
    assert_eq!(trail.answered(), 1);
    let request = server.asked().remove(0);
    // `{web}/api/v3` is an Enterprise Server: GraphQL is beside it.
    assert!(request.starts_with("POST /api/graphql HTTP/1.1"), "{request}");
    assert!(request.contains(&credential()) && request.contains(r#"["PR_1","PR_2","PR_3"]"#));
}

#[tokio::test]
async fn at_github_com_the_address_is_below_the_api() {
    let server = Server::start(vec![json("200 OK", "", r#"{"data":{"nodes":[]}}"#)]).await;
    let mut caller = caller(&server);
    caller.host.api = format!("http://{}", server.address);
    assert!(caller.repository().pulls().get_by_node_ids(&[]).await.unwrap().is_empty());
    assert!(server.asked()[0].starts_with("POST /graphql HTTP/1.1"));
}

#[tokio::test]
async fn what_is_not_shown_is_nothing_and_the_others_are_there() {
    let body = format!(
        r#"{{"data":{{"nodes":[null,{},{{}},{{"id":"PR_4","number":"4"}}]}},"errors":[{{"type":"NOT_FOUND","path":["nodes",0],"message":"Could not resolve"}}]}}"#,
        node(2, "OPEN")
    );
    let found = ask(json("200 OK", "", &body), &["PR_1", "PR_2", "PR_3", "PR_4"]).await.unwrap();
    let numbers: Vec<_> = found.iter().map(|one| one.as_ref().map(|one| one.number)).collect();
    assert_eq!(numbers, [None, Some(2), None, None]);
}

#[tokio::test]
async fn a_limit_that_is_used_up_comes_as_success_and_is_one() {
    let limited = r#"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for user ID 1."}]}"#;
    let reset = "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1704164655\r\n";
    let error = ask(json("200 OK", reset, limited), &["PR_1"]).await.unwrap_err();
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(10)));
    let error = ask(json("200 OK", "", limited), &["PR_1"]).await.unwrap_err();
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(60)));
    let secondary =
        r#"{"data":null,"errors":[{"message":"You have exceeded a secondary rate limit."}]}"#;
    let error = ask(json("200 OK", "", secondary), &["PR_1"]).await.unwrap_err();
    assert!(matches!(error, GithubError::RateLimited { .. }), "{error:?}");
}

#[tokio::test]
async fn refusals_of_the_whole_query_are_told_apart() {
    let unknown = r#"{"errors":[{"message":"Field 'x' doesn't exist on type 'PullRequest'","extensions":{"code":"undefinedField"}}]}"#;
    let forbidden =
        r#"{"data":null,"errors":[{"type":"FORBIDDEN","message":"Resource not accessible"}]}"#;
    for (status, body, code) in [
        ("200 OK", unknown, "Unexpected"),
        ("200 OK", forbidden, "Forbidden"),
        ("200 OK", "{}", "Malformed"),
        ("200 OK", "[]", "Malformed"),
        ("200 OK", "<html>", "Malformed"),
        ("200 OK", r#"{"data":{"nodes":[]}}"#, "Malformed"),
        ("401 Unauthorized", r#"{"message":"Bad credentials"}"#, "AuthFailed"),
        ("404 Not Found", "{}", "NotFound"),
        ("502 Bad Gateway", "<html>", "Server"),
    ] {
        let error = ask(json(status, "", body), &["PR_1"]).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(code), "{status} {body}: {error:?}");
        // A query changes nothing, though it is sent by POST.
        assert_eq!(error.effect(), Effect::None, "{status} {body}");
    }
    let error = ask(json("200 OK", "", unknown), &["PR_1"]).await.unwrap_err();
    assert!(error.to_string().contains("Field 'x' doesn't exist"), "{error}");
}

#[tokio::test]
async fn no_more_ids_are_sent_than_one_query_may_name() {
    let server = Server::start(vec![json("200 OK", "", "{}")]).await;
    let ids: Vec<String> = (0..150).map(|n| format!("PR_{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let caller = caller(&server);
    let _ = caller.repository().pulls().get_by_node_ids(&ids).await;
    let request = server.asked().remove(0);
    assert!(request.contains("\"PR_99\"") && !request.contains("\"PR_100\""));
}
