//! GraphQL: many pull requests in one query, and what is missing among them.

use pullwright_forge::{ForgeOptions, NewPulls, NewToken, Permission, RateLimit, TokenKind};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{REPOSITORY, Rest, World, secret};

const QUERY: &str = "query($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on PullRequest {
      id number state merged mergedAt updatedAt closed headRefOid baseRefOid url
      repository { databaseId nameWithOwner }
    }
  }
  rateLimit { cost remaining resetAt }
}";

fn graph(world: &World, token: &str) -> Rest {
    Rest::new(format!("{}/api", world.forge.url()), token)
}

async fn ask(rest: &Rest, query: &str, variables: Value) -> Value {
    let body = json!({ "query": query, "variables": variables });
    let (status, answer) = rest.call(Method::POST, "/graphql", Some(body)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

async fn node_ids(world: &World) -> Vec<String> {
    let pulls =
        world.rest().get(&format!("/repos/{REPOSITORY}/pulls?state=all&per_page=100")).await;
    let mut pulls = pulls.as_array().unwrap().clone();
    pulls.reverse();
    pulls.iter().map(|pull| pull["node_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn one_query_tells_of_many_pull_requests() {
    let world = World::start().await;
    for (branch, value) in [("x", "2"), ("y", "3"), ("z", "4")] {
        world.change(branch, value).await;
        world.create_pull(branch).await;
    }
    world.forge.merge(REPOSITORY, 1).await.unwrap();
    world.forge.close(REPOSITORY, 2).await.unwrap();
    let ids = node_ids(&world).await;
    let answer = ask(&graph(&world, &world.writer), QUERY, json!({ "ids": ids })).await;
    assert!(answer.get("errors").is_none(), "{answer}");
    let nodes = answer["data"]["nodes"].as_array().unwrap();
    let states: Vec<&Value> = nodes.iter().map(|node| &node["state"]).collect();
    assert_eq!(states, ["MERGED", "CLOSED", "OPEN"]);
    assert_eq!(nodes[0]["merged"], true);
    let rest = world.rest().get(&format!("/repos/{REPOSITORY}/pulls/3")).await;
    assert_eq!(nodes[2]["headRefOid"], rest["head"]["sha"]);
    assert_eq!(nodes[2]["updatedAt"], rest["updated_at"]);
    assert_eq!(nodes[2]["repository"]["databaseId"], rest["base"]["repo"]["id"]);
    assert_eq!(answer["data"]["rateLimit"]["cost"], 1);
    assert_eq!(world.forge.counters().await["graphql"], 1);
}

#[tokio::test]
async fn what_is_missing_is_null_and_named() {
    let world = World::start().await;
    world.open("x").await;
    world.open("y").await;
    let mut ids = node_ids(&world).await;
    ids.insert(0, "nonsense".to_owned());
    world.forge.delete_pull(REPOSITORY, 1).await.unwrap();
    let answer = ask(&graph(&world, &world.writer), QUERY, json!({ "ids": ids })).await;
    let nodes = answer["data"]["nodes"].as_array().unwrap();
    assert_eq!((&nodes[0], &nodes[1]), (&Value::Null, &Value::Null));
    assert_eq!(nodes[2]["number"], 2);
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2);
    for (index, error) in errors.iter().enumerate() {
        assert_eq!(error["type"], "NOT_FOUND");
        assert_eq!(error["path"], json!(["nodes", index]));
        assert!(error["message"].as_str().unwrap().ends_with(&format!("'{}'", ids[index])));
    }
}

#[tokio::test]
async fn what_a_token_may_not_see_is_missing_or_forbidden() {
    let world = World::start().await;
    world.open("x").await;
    let ids = json!({ "ids": node_ids(&world).await });
    let token = async |pattern: &str, kind: TokenKind| {
        let token = secret();
        let new = NewToken::new("someone", &token, pattern, Permission::Read).of_kind(kind);
        world.forge.add_token(new).await;
        graph(&world, &token)
    };
    let stranger = token("other/*", TokenKind::FineGrained).await;
    assert_eq!(ask(&stranger, QUERY, ids.clone()).await["errors"][0]["type"], "NOT_FOUND");
    let blind = token("acme/*", TokenKind::WithoutPullRequests).await;
    assert_eq!(ask(&blind, QUERY, ids).await["errors"][0]["type"], "FORBIDDEN");
}

#[tokio::test]
async fn aliases_fragments_and_other_roots_are_understood() {
    let world = World::start().await;
    let pull = world.open("x").await;
    let query = "query Q($owner: String!) {
      viewer { login }
      one: node(id: \"PR\") { __typename }
      repository(owner: $owner, name: \"search-config\") {
        ...names
        first: pullRequest(number: 1) { ...part }
        gone: pullRequest(number: 7) { number }
      }
    }
    fragment part on PullRequest { number mergedBy { login } author { login } }
    fragment names on Repository { full: nameWithOwner }";
    let answer = ask(&graph(&world, &world.writer), query, json!({ "owner": "acme" })).await;
    let data = &answer["data"];
    assert_eq!(data["viewer"]["login"], "bot");
    assert_eq!(data["repository"]["full"], REPOSITORY);
    let first = &data["repository"]["first"];
    assert_eq!((&first["number"], &first["author"]["login"]), (&pull["number"], &json!("bot")));
    assert_eq!((&first["mergedBy"], &data["repository"]["gone"]), (&Value::Null, &Value::Null));
    let paths: Vec<&Value> =
        answer["errors"].as_array().unwrap().iter().map(|error| &error["path"]).collect();
    assert_eq!(paths, [&json!(["one"]), &json!(["repository", "gone"])]);
}

#[tokio::test]
async fn what_github_does_not_know_is_refused_whole() {
    let world = World::start().await;
    world.open("x").await;
    let ids = json!({ "ids": node_ids(&world).await });
    let rest = graph(&world, &world.writer);
    for query in [
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { numbr } } }",
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { repository } } }",
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { number { x } } } }",
        "{ nothing }",
        "{ nodes(",
    ] {
        let answer = ask(&rest, query, ids.clone()).await;
        assert!(answer["errors"][0]["message"].is_string(), "{query}: {answer}");
        assert!(answer.get("data").is_none(), "{query}: {answer}");
    }
    let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
    let answer = ask(&rest, QUERY, json!({ "ids": many })).await;
    assert_eq!(answer["errors"][0]["type"], "ARGUMENT_LIMIT");
}

#[tokio::test]
async fn who_is_unknown_is_refused_and_who_asked_too_much_is_told_in_an_error() {
    let rate_limit = RateLimit { limit: 2, enforced: true, ..RateLimit::default() };
    let world = World::start_with(ForgeOptions { rate_limit, ..ForgeOptions::default() }).await;
    for token in ["", "wrong"] {
        let (status, _) = graph(&world, token).call(Method::POST, "/graphql", None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
    let rest = graph(&world, &world.writer);
    let query = "{ rateLimit { remaining used } }";
    for used in 1..=2 {
        assert_eq!(ask(&rest, query, json!({})).await["data"]["rateLimit"]["used"], used);
    }
    let refused = ask(&rest, query, json!({})).await;
    assert_eq!(refused["errors"][0]["type"], "RATE_LIMITED");
    // REST is counted by itself.
    world.rest().get(&format!("/repos/{REPOSITORY}")).await;
}

#[tokio::test]
async fn a_hundred_pull_requests_are_one_request() {
    let world = World::start().await;
    world.forge.create_pulls(REPOSITORY, NewPulls::numbered("many-", 100)).await.unwrap();
    let ids = node_ids(&world).await;
    world.forge.clear_requests().await;
    let answer = ask(&graph(&world, &world.writer), QUERY, json!({ "ids": ids })).await;
    let nodes = answer["data"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.iter().filter(|node| node["state"] == "OPEN").count(), 100);
    assert_eq!(world.forge.requests().await.len(), 1);
}
