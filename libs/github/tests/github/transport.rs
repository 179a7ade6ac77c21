//! Connections that break, hang or lead elsewhere, and a credential that stays where it belongs.

use std::time::{Duration, Instant};

use pullwright_github::{Effect, GithubError, Retry};

use super::{
    answers::new_pull,
    server::{Caller, Server, Turn, credential, json},
};

#[tokio::test]
async fn a_redirect_is_told_and_never_followed() {
    let decoy = Server::start(vec![json("200 OK", "", "[]")]).await;
    for status in
        ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let to = format!("http://{}/repositories/7/pulls", decoy.address);
        let answer = json(status, &format!("location: {to}\r\n"), "{}");
        let server = Server::start(vec![answer]).await;
        let caller = server.caller();
        let read = caller.repository().get().await.unwrap_err();
        let mutation = caller.repository().pulls().create(&new_pull()).await.unwrap_err();
        for error in [read, mutation] {
            let GithubError::Moved { location } = &error else { panic!("{error:?}") };
            assert_eq!(location.as_deref(), Some(to.as_str()));
            assert_eq!((error.retry(), error.effect()), (Retry::Never, Effect::None));
        }
        assert_eq!(server.asked().len(), 2);
    }
    assert!(decoy.asked().is_empty());
}

#[tokio::test]
async fn nobody_there_means_that_nothing_was_done() {
    let caller = Caller::new("http://127.0.0.1:1");
    let error = caller.repository().pulls().create(&new_pull()).await.unwrap_err();
    assert!(matches!(error, GithubError::Unreachable { .. }), "{error:?}");
    assert_eq!((error.retry(), error.effect()), (Retry::Backoff, Effect::None));
}

#[tokio::test]
async fn a_server_that_hangs_costs_the_time_limit() {
    let server = Server::start(vec![Turn::Hang]).await;
    let caller = server.caller();
    let began = Instant::now();
    let error = caller.repository().pulls().create(&new_pull()).await.unwrap_err();
    assert!(matches!(error, GithubError::Timeout { .. }), "{error:?}");
    assert_eq!((error.retry(), error.effect()), (Retry::Backoff, Effect::Unknown));
    assert!(began.elapsed() < Duration::from_secs(4));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn half_a_body_that_hangs_costs_the_time_limit_too() {
    let half = "HTTP/1.1 201 Created\r\ncontent-length: 1000\r\n\r\n{\"number\":7".to_owned();
    let server = Server::start(vec![Turn::Send(half)]).await;
    let error = server.caller().repository().pulls().create(&new_pull()).await.unwrap_err();
    assert_eq!((error.retry(), error.effect()), (Retry::Backoff, Effect::Unknown));
}

#[tokio::test]
async fn a_broken_mutation_is_not_repeated_and_a_broken_read_is_once() {
    let server = Server::start(vec![Turn::Close]).await;
    let caller = server.caller();
    let error = caller.repository().pulls().create(&new_pull()).await.unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown);
    assert_eq!(server.asked().len(), 1);
    assert!(caller.repository().get().await.is_err());
    assert_eq!(server.asked().len(), 3);

    let facts = r#"{"id":7,"full_name":"acme/search-config","default_branch":"main","permissions":{"push":true}}"#;
    let server = Server::start(vec![Turn::Close, json("200 OK", "", facts)]).await;
    let found = server.caller().repository().get().await.unwrap();
    assert_eq!((found.id, found.may_push), (7, Some(true)));
}

#[tokio::test]
async fn a_whole_json_in_a_truncated_body_is_an_error() {
    let body = r#"{"number":1,"html_url":"http://x/pull/1"}"#;
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{body}");
    let server = Server::start(vec![Turn::Send(answer)]).await;
    assert!(server.caller().repository().pulls().get(1).await.is_err());
}

#[tokio::test]
async fn a_credential_with_a_line_break_is_never_sent() {
    let server = Server::start(vec![json("200 OK", "", "{}")]).await;
    let mut caller = server.caller();
    caller.token = "abc\r\nX-Evil: 1".to_owned().into();
    let error = caller.repository().get().await.unwrap_err();
    assert!(matches!(error, GithubError::AuthFailed { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("abc"));
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn plain_http_is_spoken_to_this_machine_only() {
    let mut caller = Caller::new("http://127.0.0.1:1");
    for api in ["http://api.example", "http://127.0.0.1.example", "http://localhost.example/api"] {
        caller.host.api = api.to_owned();
        let error = caller.repository().get().await.unwrap_err();
        let chain = format!("{error:?}");
        assert!(chain.contains("BadScheme"), "{api}: {chain}");
        assert_eq!(error.effect(), Effect::None);
    }
}

#[tokio::test]
async fn a_server_without_tls_gets_no_credential_where_tls_is_due() {
    let server = Server::start(vec![json("200 OK", "", "{}")]).await;
    let mut caller = server.caller();
    caller.host.api = format!("https://{}", server.address);
    let error = caller.repository().pulls().create(&new_pull()).await.unwrap_err();
    assert_eq!((error.retry(), error.effect()), (Retry::Backoff, Effect::None), "{error:?}");
    assert!(server.asked().iter().all(|request| !request.contains(&credential())));
}

#[tokio::test]
async fn nothing_prints_the_credential() {
    let server = Server::start(vec![Turn::Close]).await;
    let caller = server.caller();
    let repository = caller.repository();
    let error = repository.get().await.unwrap_err();
    let shown = format!(
        "{repository:?} {:?} {:?} {:?} {error} {error:?}",
        repository.pulls(),
        repository.pulls().comments(1),
        caller.client
    );
    assert!(!shown.contains(&credential()), "{shown}");
}
