//! The objects of the graph as JSON with all their members; a query picks from them.

use serde_json::{Value, json};

use super::super::rate::Rate;
use crate::app::App;
use crate::world::{Identity, Pull, Repository, TokenKind, World, node_id};

/// What a caller gets of something it named.
pub(super) enum Found {
    /// The thing.
    Object(Value),
    /// Nothing that the caller may know of.
    Nothing,
    /// Something that its token does not reach.
    Forbidden,
}

/// Finds a pull request that the caller may read.
pub(super) fn pull(
    world: &World,
    identity: &Identity,
    repository: &Repository,
    number: u64,
) -> Found {
    if !is_visible(world, identity, repository) {
        return Found::Nothing;
    }
    let Some(pull) = repository.pulls.get(&number) else { return Found::Nothing };
    if repository.private && identity.kind == TokenKind::WithoutPullRequests {
        return Found::Forbidden;
    }
    Found::Object(shape_pull(repository, pull))
}

/// Says whether the caller may know of a repository.
pub(super) fn is_visible(world: &World, identity: &Identity, repository: &Repository) -> bool {
    !repository.private || world.tokens.permission(identity, &repository.full_name).is_some()
}

fn shape_pull(repository: &Repository, pull: &Pull) -> Value {
    let state = match (pull.merged, pull.is_open()) {
        (true, _) => "MERGED",
        (false, true) => "OPEN",
        (false, false) => "CLOSED",
    };
    json!({
        "__typename": "PullRequest",
        "id": node_id("PR", pull.id),
        "databaseId": pull.id,
        "fullDatabaseId": pull.id.to_string(),
        "number": pull.number,
        "title": pull.title,
        "body": pull.body.clone().unwrap_or_default(),
        "state": state,
        "merged": pull.merged,
        "mergedAt": pull.merged_at,
        "closed": !pull.is_open(),
        "closedAt": pull.closed_at,
        "createdAt": pull.created_at,
        "updatedAt": pull.updated_at,
        "isDraft": pull.draft,
        "headRefName": pull.head_ref,
        "headRefOid": pull.head_sha,
        "baseRefName": pull.base_ref,
        "baseRefOid": pull.base_sha,
        "url": pull.html_url,
        "author": actor(&pull.author),
        "mergedBy": pull.merged_by.as_deref().map(actor),
        "mergeCommit": pull.merge_commit_sha.as_ref().map(|oid| json!({ "__typename": "Commit", "oid": oid })),
        "repository": shape_repository(repository),
    })
}

/// Shapes a repository.
pub(super) fn shape_repository(repository: &Repository) -> Value {
    json!({
        "__typename": "Repository",
        "id": node_id("R", repository.id),
        "databaseId": repository.id,
        "name": repository.name,
        "nameWithOwner": repository.full_name,
        "isPrivate": repository.private,
        "url": repository.html_url,
        "owner": actor(&repository.owner),
    })
}

fn actor(login: &str) -> Value {
    json!({ "__typename": "User", "login": login })
}

/// Shapes how the limit stands after this query.
pub(super) fn rate_limit(rate: &Rate, nodes: usize) -> Value {
    let reset = jiff::Timestamp::from_second(rate.reset).ok();
    json!({
        "__typename": "RateLimit",
        "limit": rate.limit,
        "cost": 1,
        "used": rate.used,
        "remaining": rate.remaining,
        "resetAt": reset,
        "nodeCount": nodes,
    })
}

/// Shapes the caller.
pub(super) fn viewer(app: &App, identity: &Identity) -> Value {
    let user = app.world().user(&identity.login);
    json!({ "__typename": "User", "login": user.login, "databaseId": user.id, "id": node_id("U", user.id) })
}
