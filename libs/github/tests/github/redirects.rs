//! A repository that has another name: who keeps a trail finds it, on the same API only.

use pullwright_github::{GithubError, Trail};

use super::{
    answers::new_pull,
    server::{Server, Turn, credential, json},
};

const FACTS: &str = r#"{"id":42,"full_name":"acme/new-name"}"#;

fn moved(status: &str, to: &str) -> Turn {
    json(status, &format!("location: {to}\r\n"), r#"{"message":"Moved Permanently"}"#).kept_open()
}

#[tokio::test]
async fn a_read_with_a_trail_finds_a_renamed_repository() {
    for status in ["301 Moved Permanently", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let server = Server::start(vec![
            moved(status, "/api/v3/repositories/42"),
            json("200 OK", "", FACTS),
        ])
        .await;
        let (caller, trail) = (server.caller(), Trail::default());
        let facts = caller.repository().on(&trail).get().await.unwrap();
        assert_eq!((facts.id, facts.full_name.as_str()), (42, "acme/new-name"));
        assert_eq!((trail.answered(), trail.moved_to()), (2, Some(42)));
        let asked = server.asked();
        assert!(asked[1].starts_with("GET /api/v3/repositories/42 HTTP/1.1"), "{}", asked[1]);
        assert!(asked[1].contains(&credential()));
    }
}

#[tokio::test]
async fn pages_keep_their_numbers_on_the_way() {
    let server = Server::start(vec![
        moved("301 Moved Permanently", "/api/v3/repositories/42/hooks"),
        json("200 OK", "", "[]"),
    ])
    .await;
    let (caller, trail) = (server.caller(), Trail::default());
    assert!(caller.repository().on(&trail).hooks().list().await.unwrap().is_empty());
    let asked = server.asked();
    assert!(asked[1].starts_with("GET /api/v3/repositories/42/hooks?per_page=100&page=1 "));
}

#[tokio::test]
async fn without_a_trail_nothing_is_followed() {
    let server =
        Server::start(vec![moved("301 Moved Permanently", "/api/v3/repositories/42")]).await;
    let error = server.caller().repository().get().await.unwrap_err();
    assert!(matches!(error, GithubError::Moved { .. }), "{error:?}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_redirect_elsewhere_is_an_error_and_carries_no_credential() {
    let decoy = Server::start(vec![json("200 OK", "", FACTS)]).await;
    let port = decoy.address.port();
    for to in [
        format!("http://127.0.0.1:{port}/api/v3/repositories/42"),
        format!("//127.0.0.1:{port}/api/v3/repositories/42"),
        format!("http://localhost:{port}/api/v3/repositories/42"),
        "/repositories/42".to_owned(),
        "/api/v3/user".to_owned(),
        "/api/v3/repositories/../../../login".to_owned(),
    ] {
        let server = Server::start(vec![moved("301 Moved Permanently", &to)]).await;
        let (caller, trail) = (server.caller(), Trail::default());
        let error = caller.repository().on(&trail).get().await.unwrap_err();
        assert!(matches!(error, GithubError::Moved { .. }), "{to}: {error:?}");
        assert_eq!((server.asked().len(), trail.moved_to()), (1, None), "{to}");
    }
    assert_eq!(decoy.connections(), 0, "nobody was asked elsewhere");
}

#[tokio::test]
async fn a_redirect_is_followed_once() {
    let server =
        Server::start(vec![moved("301 Moved Permanently", "/api/v3/repositories/42")]).await;
    let (caller, trail) = (server.caller(), Trail::default());
    let error = caller.repository().on(&trail).get().await.unwrap_err();
    assert!(matches!(error, GithubError::Moved { .. }), "{error:?}");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn what_changes_something_is_never_sent_on() {
    let server =
        Server::start(vec![moved("307 Temporary Redirect", "/api/v3/repositories/42/pulls")]).await;
    let (caller, trail) = (server.caller(), Trail::default());
    let error = caller.repository().on(&trail).pulls().create(&new_pull()).await.unwrap_err();
    assert!(matches!(error, GithubError::Moved { .. }), "{error:?}");
    assert_eq!((server.asked().len(), trail.moved_to()), (1, None));
}
