//! Entity tags: what did not change is not sent again.

use pullwright_github::{Conditional, GithubError};

use super::server::{Caller, Server, json};

const PULL: &str =
    r#"{"number":7,"state":"open","html_url":"https://web.example/acme/search-config/pull/7"}"#;

fn caller(server: &Server) -> Caller {
    let mut caller = server.caller();
    caller.host.web = "https://web.example".to_owned();
    caller
}

#[tokio::test]
async fn a_tag_travels_both_ways_and_a_304_is_an_answer() {
    let tag = "W/\"5f\"";
    let server = Server::start(vec![
        json("200 OK", &format!("etag: {tag}\r\n"), PULL).kept_open(),
        json("304 Not Modified", "", ""),
    ])
    .await;
    let caller = caller(&server);
    let pulls = caller.repository().pulls();
    let first = pulls.get_unless(7, "").await.unwrap();
    let Conditional::Modified { value, etag } = first else { panic!("{first:?}") };
    assert_eq!((value.number, etag.as_str()), (7, tag));
    assert_eq!(pulls.get_unless(7, &etag).await.unwrap(), Conditional::Unmodified);
    let asked = server.asked();
    assert!(!asked[0].contains("if-none-match"), "{}", asked[0]);
    assert!(asked[1].contains(&format!("if-none-match: {tag}\r\n")), "{}", asked[1]);
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_an_error() {
    let server = Server::start(vec![json("304 Not Modified", "", "")]).await;
    let caller = caller(&server);
    let error = caller.repository().pulls().get_unless(7, "").await.unwrap_err();
    assert!(matches!(error, GithubError::Unexpected { .. }), "{error:?}");
    let error = caller.repository().pulls().get(7).await.unwrap_err();
    assert!(matches!(error, GithubError::Unexpected { .. }), "{error:?}");
}

#[tokio::test]
async fn a_tag_that_is_none_is_not_kept_and_one_that_cannot_be_sent_asks_anew() {
    for header in [String::new(), format!("etag: \"{}\"\r\n", "x".repeat(300))] {
        let server = Server::start(vec![json("200 OK", &header, PULL)]).await;
        let caller = caller(&server);
        let answer = caller.repository().pulls().get_unless(7, "a\nb").await.unwrap();
        assert!(matches!(answer, Conditional::Modified { etag, .. } if etag.is_empty()));
        assert!(!server.asked()[0].contains("if-none-match"));
    }
}
