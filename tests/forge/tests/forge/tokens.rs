//! What GitHub says of a token, and what a rule makes of a branch.

use jiff::Timestamp;
use pullwright_forge::{NewToken, Permission, TokenKind};
use reqwest::{Method, StatusCode, header::HeaderMap};

use crate::support::{REPOSITORY, Rest, World, secret};

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

async fn with(world: &World, change: impl FnOnce(NewToken) -> NewToken) -> Rest {
    let token = secret();
    let new = NewToken::new("bot", &token, REPOSITORY, Permission::Write);
    world.forge.add_token(change(new)).await;
    Rest::new(world.forge.api_url(), &token)
}

async fn asked(rest: &Rest, path: &str) -> (StatusCode, HeaderMap) {
    let path = format!("/repos/{REPOSITORY}{path}");
    let (status, headers, _) = rest.send(Method::GET, &path, None).await.unwrap();
    (status, headers)
}

#[tokio::test]
async fn an_end_is_told_in_every_answer_and_holds() {
    let world = World::start().await;
    let later: Timestamp = "2999-01-02T03:04:05Z".parse().unwrap();
    let (status, headers) = asked(&with(&world, |new| new.until(later)).await, "").await;
    assert_eq!(status, StatusCode::OK);
    let expiration = text(&headers, "github-authentication-token-expiration");
    assert_eq!(expiration, Some("2999-01-02 03:04:05 UTC"));
    let over = with(&world, |new| new.until(Timestamp::UNIX_EPOCH)).await;
    assert_eq!(asked(&over, "").await.0, StatusCode::UNAUTHORIZED);
    let (_, headers) = asked(&world.rest(), "").await;
    assert_eq!(text(&headers, "github-authentication-token-expiration"), None);
}

#[tokio::test]
async fn scopes_are_told_of_classic_tokens_only() {
    let world = World::start().await;
    let scopes = vec!["repo".to_owned(), "read:org".to_owned()];
    let classic = with(&world, |new| new.of_kind(TokenKind::Classic { scopes })).await;
    let (_, headers) = asked(&classic, "").await;
    assert_eq!(text(&headers, "x-oauth-scopes"), Some("repo, read:org"));
    let (_, headers) = asked(&world.rest(), "").await;
    assert_eq!(text(&headers, "x-oauth-scopes"), None);
}

#[tokio::test]
async fn a_token_without_pull_requests_is_told_what_it_needs() {
    let world = World::start().await;
    let rest = with(&world, |new| new.of_kind(TokenKind::WithoutPullRequests)).await;
    assert_eq!(asked(&rest, "").await.0, StatusCode::OK);
    let (status, headers) = asked(&rest, "/pulls").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(text(&headers, "x-accepted-github-permissions"), Some("pull_requests=read"));
    world.change("x", "2").await;
    let body = serde_json::json!({ "title": "t", "head": "x", "base": "main" });
    let path = format!("/repos/{REPOSITORY}/pulls");
    let (status, headers, _) = rest.send(Method::POST, &path, Some(body)).await.unwrap();
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(text(&headers, "x-accepted-github-permissions"), Some("pull_requests=write"));
}

#[tokio::test]
async fn a_protected_branch_says_so() {
    let world = World::start().await;
    let protected = async || {
        let branch = world.rest().get(&format!("/repos/{REPOSITORY}/branches/main")).await;
        (branch["protected"].as_bool(), branch["protection"]["enabled"].as_bool())
    };
    assert_eq!(protected().await, (Some(false), Some(false)));
    world.forge.protect_branch(REPOSITORY, "main", true).await.unwrap();
    assert_eq!(protected().await, (Some(true), Some(true)));
    world.forge.protect_branch(REPOSITORY, "main", false).await.unwrap();
    assert_eq!(protected().await, (Some(false), Some(false)));
}
