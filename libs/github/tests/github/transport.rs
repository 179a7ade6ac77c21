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
        let answer = json(status, &format!("location: {to}?access_token=x#y\r\n"), "{}");
        let server = Server::start(vec![answer]).await;
        let caller = server.caller();
        let read = caller.repository().get().await.unwrap_err();
        let mutation = caller.repository().pulls().create(&new_pull()).await.unwrap_err();
        for error in [read, mutation] {
            let GithubError::Moved { location, .. } = &error else { panic!("{error:?}") };
            assert_eq!(location, &to);
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
        assert!(chain.contains("neither https nor on this machine"), "{api}: {chain}");
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

#[tokio::test]
async fn a_reset_after_the_request_was_read_leaves_a_mutation_unknown() {
    let server = Server::start(vec![Turn::Reset]).await;
    let error = server.caller().repository().pulls().create(&new_pull()).await.unwrap_err();
    assert!(matches!(error, GithubError::Unreachable { .. }), "{error:?}");
    assert_eq!((error.retry(), error.effect()), (Retry::Backoff, Effect::Unknown));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_read_on_a_pooled_connection_that_is_closed_is_made_again_on_a_new_one() {
    let facts = json("200 OK", "", r#"{"id":7,"full_name":"acme/search-config"}"#).kept_open();
    let server =
        Server::start(vec![facts.clone(), Turn::Close, facts.clone(), Turn::Reset, facts]).await;
    let caller = server.caller();
    for asked in [1, 3, 5] {
        assert_eq!(caller.repository().get().await.unwrap().id, 7);
        assert_eq!(server.asked().len(), asked);
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_mutation_on_a_pooled_connection_that_is_closed_is_not_made_again() {
    let facts = json("200 OK", "", r#"{"id":7,"full_name":"acme/search-config"}"#).kept_open();
    let server = Server::start(vec![facts, Turn::Close, json("201 Created", "", "{}")]).await;
    let caller = server.caller();
    caller.repository().get().await.unwrap();
    let error = caller.repository().pulls().create(&new_pull()).await.unwrap_err();
    assert_eq!(error.effect(), Effect::Unknown, "{error:?}");
    assert_eq!((server.asked().len(), server.connections()), (2, 1));
}

#[tokio::test]
async fn a_read_has_no_effect_however_it_fails() {
    for turn in [
        Turn::Hang,
        Turn::Close,
        Turn::Reset,
        Turn::Send("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{".to_owned()),
        json("200 OK", "", "<html>"),
        json("502 Bad Gateway", "", "<html>"),
    ] {
        let server = Server::start(vec![turn.clone()]).await;
        let error = server.caller().repository().get().await.unwrap_err();
        assert_eq!(
            (error.retry(), error.effect()),
            (Retry::Backoff, Effect::None),
            "{turn:?}: {error:?}"
        );
    }
}

#[tokio::test]
async fn the_second_try_of_a_read_has_no_time_of_its_own() {
    let server = Server::start(vec![Turn::CloseLate, Turn::Hang]).await;
    let began = Instant::now();
    let error = server.caller().repository().get().await.unwrap_err();
    assert!(matches!(error, GithubError::Timeout { .. }), "{error:?}");
    assert!(began.elapsed() < Duration::from_millis(2_200), "{:?}", began.elapsed());
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn a_name_of_dots_does_not_climb_out_of_its_folder() {
    let server =
        Server::start(vec![json("200 OK", "", r#"{"name":"x","commit":{"sha":"1"}}"#)]).await;
    let caller = server.caller();
    for name in ["..", ".", ""] {
        assert_eq!(caller.repository().branch(name).await.unwrap(), None);
    }
    assert!(server.asked().is_empty());
    caller.repository().branch("a/../?b#c%2e").await.unwrap();
    assert!(
        server.asked()[0].starts_with(
            "GET /api/v3/repos/acme/search-config/branches/a%2F..%2F%3Fb%23c%252e HTTP"
        )
    );
}
