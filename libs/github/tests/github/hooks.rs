//! Hooks and their logs, byte by byte.

use pullwright_github::{GithubError, HookContent};
use secrecy::SecretString;

use super::server::{Server, json};

const HOOK: &str = r#"{"id":5,"active":true,"events":["push"],"config":{"url":"https://us.example/hook","content_type":"json","insecure_ssl":"0","secret":"********"}}"#;

#[tokio::test]
async fn a_hook_is_created_with_all_that_it_needs() {
    let server = Server::start(vec![json("201 Created", "", HOOK)]).await;
    let secret = SecretString::from("between the two of us");
    let content =
        HookContent { url: "https://us.example/hook", events: &["pull_request"], secret: &secret };
    let created = server.caller().repository().hooks().create(content).await.unwrap();
    assert_eq!((created.id, created.has_secret), (5, true));
    let request = server.asked().remove(0);
    assert!(request.starts_with("POST /api/v3/repos/acme/search-config/hooks HTTP/1.1"));
    for part in [
        r#""name":"web""#,
        r#""active":true"#,
        r#""events":["pull_request"]"#,
        r#""content_type":"json""#,
        r#""insecure_ssl":"0""#,
        r#""secret":"between the two of us""#,
        r#""url":"https://us.example/hook""#,
    ] {
        assert!(request.contains(part), "{part}: {request}");
    }
}

#[tokio::test]
async fn a_hooks_secret_is_in_no_error_however_short_it_is() {
    for value in ["short", "between the two of us"] {
        let body = format!(
            r#"{{"message":"Validation Failed: {value}","errors":[{{"message":"secret {value} is bad"}}]}}"#
        );
        let server = Server::start(vec![json("422 Unprocessable Entity", "", &body)]).await;
        let secret = SecretString::from(value);
        let content = HookContent { url: "https://us.example/hook", events: &[], secret: &secret };
        let error = server.caller().repository().hooks().update(5, content).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(matches!(error, GithubError::Validation { .. }), "{shown}");
        assert!(shown.contains("is bad") && !shown.contains(value), "{shown}");
        assert!(server.asked()[0].starts_with("PATCH /api/v3/repos/acme/search-config/hooks/5 "));
    }
}

#[tokio::test]
async fn a_hook_that_is_not_there_is_none() {
    let server = Server::start(vec![json("404 Not Found", "", "{}")]).await;
    assert_eq!(server.caller().repository().hooks().get(5).await.unwrap(), None);
}

#[tokio::test]
async fn a_log_is_read_from_cursor_to_cursor_and_no_link_is_followed() {
    let decoy = Server::start(vec![json("200 OK", "", "[]")]).await;
    let link = format!("link: <http://{}/?cursor=v1_77>; rel=\"next\"\r\n", decoy.address);
    let entry = r#"[{"id":12345678901234567,"guid":"g-1","delivered_at":"2026-01-02T03:04:05Z","status_code":502,"event":"pull_request","action":"closed","redelivery":false},
        {"id":2,"guid":"g-2","delivered_at":"2026-01-02T03:04:04Z","event":"ping","action":null}]"#;
    let server =
        Server::start(vec![json("200 OK", &link, entry).kept_open(), json("200 OK", "", "[]")])
            .await;
    let caller = server.caller();
    let log = caller.repository().deliveries(5);
    let page = log.page(None).await.unwrap();
    assert_eq!(page.next_cursor.as_deref(), Some("v1_77"));
    let [first, second] = &page.deliveries[..] else { panic!("{page:?}") };
    assert_eq!(
        (first.id, first.guid.as_str(), first.status_code),
        (12_345_678_901_234_567, "g-1", 502)
    );
    assert_eq!((first.event.as_str(), first.action.as_str()), ("pull_request", "closed"));
    assert_eq!((second.status_code, second.action.as_str()), (0, ""));
    let last = log.page(page.next_cursor.as_deref()).await.unwrap();
    assert!(last.deliveries.is_empty() && last.next_cursor.is_none());
    let asked = server.asked();
    let path = "/api/v3/repos/acme/search-config/hooks/5/deliveries?per_page=100";
    assert!(asked[0].starts_with(&format!("GET {path} ")), "{}", asked[0]);
    assert!(asked[1].starts_with(&format!("GET {path}&cursor=v1_77 ")), "{}", asked[1]);
    assert_eq!(decoy.connections(), 0);
}

#[tokio::test]
async fn a_delivery_is_asked_for_again_whether_the_answer_has_a_body_or_not() {
    for body in ["{}", ""] {
        let server = Server::start(vec![json("202 Accepted", "", body)]).await;
        server.caller().repository().deliveries(5).redeliver(9).await.unwrap();
        let path = "/api/v3/repos/acme/search-config/hooks/5/deliveries/9/attempts";
        assert!(server.asked()[0].starts_with(&format!("POST {path} ")));
    }
}

#[tokio::test]
async fn an_apps_log_is_its_own_with_its_own_token() {
    let server =
        Server::start(vec![json("200 OK", "", "[]").kept_open(), json("202 Accepted", "", "{}")])
            .await;
    let caller = server.caller();
    let token = SecretString::from("a.signed.token");
    let log = caller.client.app_deliveries(&caller.host, &token);
    assert!(log.page(Some("v1_3")).await.unwrap().deliveries.is_empty());
    log.redeliver(9).await.unwrap();
    let asked = server.asked();
    assert!(asked[0].starts_with("GET /api/v3/app/hook/deliveries?per_page=100&cursor=v1_3 "));
    assert!(asked[1].starts_with("POST /api/v3/app/hook/deliveries/9/attempts "));
    assert!(asked.iter().all(|request| request.contains("Bearer a.signed.token")));
}

#[tokio::test]
async fn an_entry_without_its_id_is_no_log() {
    for entry in [
        r#"[{"guid":"g","delivered_at":"2026-01-02T03:04:05Z"}]"#,
        r#"[{"id":1,"delivered_at":"2026-01-02T03:04:05Z"}]"#,
        r#"[{"id":1,"guid":"g"}]"#,
        "{}",
    ] {
        let server = Server::start(vec![json("200 OK", "", entry)]).await;
        let error = server.caller().repository().deliveries(5).page(None).await.unwrap_err();
        assert!(matches!(error, GithubError::Malformed { .. }), "{entry}: {error:?}");
    }
}

#[tokio::test]
async fn branches_are_those_of_the_folder_even_where_there_are_no_pages() {
    let entry = |name: &str| format!(r#"{{"ref":"refs/heads/{name}","object":{{"sha":"aa"}}}}"#);
    let mut names: Vec<String> = (0..99).map(|n| format!("pullwright/study-{n:02}")).collect();
    names.push("pullwright-other".to_owned());
    let body = names.iter().map(|name| entry(name)).collect::<Vec<_>>().join(",");
    // A hundred each time: the second page is the first one again.
    let server = Server::start(vec![json("200 OK", "", &format!("[{body}]")).kept_open()]).await;
    let caller = server.caller();
    let (found, is_whole) = caller.repository().branches_below("pullwright", 2).await.unwrap();
    assert_eq!((found.len(), is_whole), (99, false));
    assert_eq!(found[0].name, "refs/heads/pullwright/study-00");
    let path = "/api/v3/repos/acme/search-config/git/matching-refs/heads/pullwright?per_page=100";
    assert!(server.asked()[0].starts_with(&format!("GET {path}&page=1 ")), "{}", server.asked()[0]);
}
