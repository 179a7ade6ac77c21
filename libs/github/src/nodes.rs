//! Many pull requests in one request: GitHub's GraphQL API, which answers 200 to almost everything.
//!
//! <https://docs.github.com/en/graphql/reference/queries#nodes>,
//! <https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api>

use jiff::Timestamp;
use pullwright_types::Host;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    Call, GithubError, PullRequest, Repository, Side, limits,
    model::{Flaw, id, page, text, time},
    request::{self, Answer, At, Request},
    route,
    text::message,
};

/// Most ids that one query may name.
pub(crate) const MOST: usize = 100;

const QUERY: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { \
    id number url state merged mergedAt updatedAt title isDraft headRefName headRefOid baseRefName baseRefOid \
    repository { nameWithOwner databaseId } } } }";

/// Asks for pull requests by their ids; `None` stands for one that GitHub does not show.
pub(crate) async fn pulls(
    repository: Repository<'_>,
    ids: &[&str],
) -> Result<Vec<Option<PullRequest>>, GithubError> {
    let call = Call(&route::QUERY_PULLS);
    let request = Request {
        call,
        host: repository.host,
        token: repository.token,
        at: At::Graphql,
        query: &[],
        body: Some(json!({ "query": QUERY, "variables": { "ids": ids } })),
        etag: None,
        secret: None,
        trail: repository.trail,
    };
    let answer = request::send(repository.client, request).await?;
    let now = repository.client.clock.now();
    let Some(nodes) = answer.value["data"]["nodes"].as_array() else {
        return Err(refusal(call, &answer, now));
    };
    if nodes.len() != ids.len() {
        return Err(GithubError::malformed(
            call,
            "names another number of nodes than was asked for",
        ));
    }
    // What is odd about one of them says nothing of the others: it is looked at alone.
    Ok(nodes.iter().map(|node| parse(node, repository.host).ok()).collect())
}

/// Why there is no data: only the errors' types and words tell.
fn refusal(call: Call, answer: &Answer, now: Timestamp) -> GithubError {
    let errors = answer.value["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is = |kind: &str| errors.iter().any(|error| error["type"].as_str() == Some(kind));
    let words = errors.first().map(|error| message(&error.to_string())).unwrap_or_default();
    if is("RATE_LIMITED") || is("RATE_LIMIT") {
        let after = limits::wait(StatusCode::TOO_MANY_REQUESTS, &answer.headers, "", now);
        return GithubError::RateLimited {
            call,
            after: after.unwrap_or(limits::DEFAULT),
            text: words,
        };
    }
    if let Some(after) = limits::wait(StatusCode::FORBIDDEN, &answer.headers, &words, now) {
        return GithubError::RateLimited { call, after, text: words };
    }
    if is("FORBIDDEN") || is("INSUFFICIENT_SCOPES") {
        return GithubError::Forbidden { call, text: words, needs: String::new() };
    }
    if errors.is_empty() {
        return GithubError::malformed(call, "has neither data nor errors");
    }
    GithubError::Unexpected { call, status: StatusCode::OK, text: words }
}

fn parse(node: &Value, host: &Host) -> Result<PullRequest, Flaw> {
    let state = node["state"].as_str().ok_or("has no `state`")?;
    let side = |prefix: &str, repository: &Value| Side {
        name: text(&node[format!("{prefix}RefName")]),
        sha: text(&node[format!("{prefix}RefOid")]),
        repository: repository["nameWithOwner"].as_str().map(str::to_owned),
        repository_id: id(&repository["databaseId"]),
    };
    Ok(PullRequest {
        number: id(&node["number"]).ok_or("has no `number`")?,
        node_id: text(&node["id"]),
        html_url: page(&node["url"], host).ok_or("has no `url` on its host")?,
        // REST knows two states, and says beside them whether it is merged.
        state: if state == "OPEN" { "open" } else { "closed" }.to_owned(),
        merged: state == "MERGED" || node["merged"].as_bool().unwrap_or_default(),
        merged_at: time(&node["mergedAt"]),
        updated_at: time(&node["updatedAt"]),
        title: text(&node["title"]),
        body: None,
        head: side("head", &Value::Null),
        base: side("base", &node["repository"]),
        draft: node["isDraft"].as_bool().unwrap_or_default(),
    })
}
