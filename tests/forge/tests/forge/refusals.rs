//! What GitHub refuses, and in which words.

use pullwright_forge::{ForgeOptions, NewCommit, RateLimit};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{REPOSITORY, Rest, World, secret};

async fn create(world: &World, body: Value) -> Value {
    let (status, answer) =
        world.rest().call(Method::POST, &format!("/repos/{REPOSITORY}/pulls"), Some(body)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    answer
}

#[tokio::test]
async fn a_pull_request_needs_head_base_and_title() {
    let world = World::start().await;
    let answer = create(&world, json!({ "title": "t", "base": "main" })).await;
    assert_eq!(answer["message"], "Invalid request.\n\n\"head\" wasn't supplied.");
    let answer = create(&world, json!({ "title": "t", "head": "main" })).await;
    assert_eq!(answer["message"], "Invalid request.\n\n\"base\" wasn't supplied.");
    let answer = create(&world, json!({ "head": "main", "base": "main" })).await;
    assert_eq!(
        answer["errors"],
        json!([{ "resource": "Issue", "code": "missing_field", "field": "title" }])
    );
}

#[tokio::test]
async fn a_head_or_base_that_is_no_branch_is_invalid() {
    let world = World::start().await;
    let invalid =
        |field: &str| json!({ "resource": "PullRequest", "field": field, "code": "invalid" });
    let answer = create(&world, json!({ "title": "t", "head": "nothing", "base": "main" })).await;
    assert_eq!(answer["errors"], json!([invalid("head")]));
    let answer =
        create(&world, json!({ "title": "t", "head": "stranger:main", "base": "main" })).await;
    assert_eq!(answer["errors"], json!([invalid("head")]));
    world.change("x", "2").await;
    let answer = create(&world, json!({ "title": "t", "head": "x", "base": "nothing" })).await;
    assert_eq!(answer["errors"], json!([invalid("base")]));
    assert_eq!(answer["message"], "Validation Failed");
}

#[tokio::test]
async fn a_head_without_commits_of_its_own_is_refused() {
    let world = World::start().await;
    let answer = create(&world, json!({ "title": "t", "head": "main", "base": "main" })).await;
    let expected = json!([{ "resource": "PullRequest", "code": "custom", "message": "No commits between main and main" }]);
    assert_eq!(answer["errors"], expected);
}

#[tokio::test]
async fn a_second_open_pull_request_of_a_head_and_base_is_refused() {
    let world = World::start().await;
    world.open("pullwright/study-1").await;
    let (status, answer) = world.create_pull("acme:pullwright/study-1").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let message = "A pull request already exists for acme:pullwright/study-1.";
    assert_eq!(
        answer["errors"],
        json!([{ "resource": "PullRequest", "code": "custom", "message": message }])
    );
    assert_eq!(world.forge.pulls(REPOSITORY).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_text_beyond_the_limit_is_refused() {
    let world = World::start().await;
    world.change("x", "2").await;
    let body = json!({ "title": "t", "head": "x", "base": "main", "body": "é".repeat(65_537) });
    assert_eq!(
        create(&world, body).await["errors"][0]["message"],
        "body is too long (maximum is 65536 characters)"
    );
    let body = json!({ "title": "t".repeat(257), "head": "x", "base": "main" });
    assert_eq!(
        create(&world, body).await["errors"][0]["message"],
        "title is too long (maximum is 256 characters)"
    );
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_a_bad_request() {
    let world = World::start().await;
    let path = format!("/repos/{REPOSITORY}/pulls");
    let (status, answer) = world.rest().call(Method::POST, &path, Some(json!([1]))).await;
    assert_eq!(
        (status, answer["message"].as_str()),
        (StatusCode::BAD_REQUEST, Some("Body should be a JSON object"))
    );
}

#[tokio::test]
async fn who_is_unknown_learns_nothing_of_a_private_repository() {
    let world = World::start().await;
    let path = format!("/repos/{REPOSITORY}");
    let (status, answer) =
        Rest::new(world.forge.api_url(), "").call(Method::GET, &path, None).await;
    assert_eq!((status, answer["message"].as_str()), (StatusCode::NOT_FOUND, Some("Not Found")));
    let (status, answer) =
        Rest::new(world.forge.api_url(), &secret()).call(Method::GET, &path, None).await;
    assert_eq!(
        (status, answer["message"].as_str()),
        (StatusCode::UNAUTHORIZED, Some("Bad credentials"))
    );
    world.forge.revoke_token(&world.writer).await;
    let (status, _) = world.rest().call(Method::GET, &path, None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_reading_token_changes_nothing() {
    let world = World::start().await;
    world.open("x").await;
    let rest = Rest::new(world.forge.api_url(), &world.reader);
    rest.get(&format!("/repos/{REPOSITORY}/pulls/1")).await;
    let close = json!({ "state": "closed" });
    let (status, answer) =
        rest.call(Method::PATCH, &format!("/repos/{REPOSITORY}/pulls/1"), Some(close)).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{answer}");
    assert!(world.forge.pull(REPOSITORY, 1).await.unwrap().is_open());
}

#[tokio::test]
async fn a_request_without_a_user_agent_is_forbidden() {
    let world = World::start().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{}/meta", world.forge.api_url())).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(answer.text().await.unwrap().contains("User-Agent"));
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_github() {
    let world = World::start().await;
    let (_, headers, _) =
        world.rest().send(Method::GET, &format!("/repos/{REPOSITORY}"), None).await.unwrap();
    let remaining = |headers: &reqwest::header::HeaderMap| {
        headers["x-ratelimit-remaining"].to_str().unwrap().to_owned()
    };
    assert_eq!(headers["x-ratelimit-limit"], "5000");
    assert_eq!(remaining(&headers), "4999");
    assert!(headers.contains_key("x-github-request-id"));
    assert!(headers.contains_key("x-ratelimit-reset"));
    let (_, headers, _) = world.rest().send(Method::GET, "/nothing", None).await.unwrap();
    assert_eq!(remaining(&headers), "4998");
}

#[tokio::test]
async fn an_enforced_rate_limit_refuses_with_403() {
    let rate_limit = RateLimit { limit: 1, enforced: true, ..RateLimit::default() };
    let world = World::start_with(ForgeOptions { rate_limit, ..ForgeOptions::default() }).await;
    let path = format!("/repos/{REPOSITORY}");
    world.rest().get(&path).await;
    let (status, headers, _) = world.rest().send(Method::GET, &path, None).await.unwrap();
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(headers["x-ratelimit-remaining"], "0");
}

#[tokio::test]
async fn a_merge_needs_an_open_pull_request_with_the_named_head_and_no_conflict() {
    let world = World::start().await;
    world.open("x").await;
    let merge = format!("/repos/{REPOSITORY}/pulls/1/merge");
    let body = json!({ "sha": "0".repeat(40) });
    let (status, answer) = world.rest().call(Method::PUT, &merge, Some(body)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(answer["message"], "Head branch was modified. Review and try the merge again.");

    world.change("main", "9").await;
    let pull = world.rest().get(&format!("/repos/{REPOSITORY}/pulls/1")).await;
    assert_eq!((&pull["mergeable"], &pull["mergeable_state"]), (&json!(false), &json!("dirty")));
    let (status, answer) = world.rest().call(Method::PUT, &merge, None).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer["message"], "Pull Request is not mergeable");

    world.forge.close(REPOSITORY, 1).await.unwrap();
    assert_eq!(
        world.rest().call(Method::PUT, &merge, None).await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn what_was_merged_or_lost_its_branch_is_not_opened_again() {
    let world = World::start().await;
    world.open("x").await;
    world.change("y", "4").await;
    world.create_pull("y").await;
    world.forge.merge(REPOSITORY, 1).await.unwrap();
    world.forge.delete_branch(REPOSITORY, "y").await.unwrap();
    let reopen = async |number: u64| {
        let path = format!("/repos/{REPOSITORY}/pulls/{number}");
        let (status, answer) =
            world.rest().call(Method::PATCH, &path, Some(json!({ "state": "open" }))).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        answer["errors"][0]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(reopen(1).await, "state cannot be changed. The pull request cannot be reopened.");
    assert_eq!(reopen(2).await, "state cannot be changed. The y branch has been deleted.");
}

#[tokio::test]
async fn a_closed_pull_request_makes_way_and_is_not_opened_beside_its_successor() {
    let world = World::start().await;
    world.open("x").await;
    world.forge.close(REPOSITORY, 1).await.unwrap();
    let (status, second) = world.create_pull("x").await;
    assert_eq!((status, second["number"].as_u64()), (StatusCode::CREATED, Some(2)));
    let refused = world.forge.reopen(REPOSITORY, 1).await.unwrap_err().to_string();
    assert_eq!(
        refused,
        "state cannot be changed. There is already an open pull request from x to main."
    );
}

#[tokio::test]
async fn a_branch_that_is_not_there_and_the_default_one_are_not_deleted() {
    let world = World::start().await;
    let delete = async |name: &str| {
        let path = format!("/repos/{REPOSITORY}/git/refs/heads/{name}");
        let (status, answer) = world.rest().call(Method::DELETE, &path, None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        answer["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(delete("nothing").await, "Reference does not exist");
    assert_eq!(delete("main").await, "Cannot delete the default branch");
}

#[tokio::test]
async fn a_commit_on_a_name_that_git_refuses_is_refused() {
    let world = World::start().await;
    let commit = NewCommit::file("../../config", "a", "b", "m");
    assert!(world.forge.push_commit(REPOSITORY, commit).await.is_err());
}
