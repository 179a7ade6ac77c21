//! `pull-request-simple` as lists have it, and `pull-request` as single answers and webhooks have it.

use serde_json::{Value, json};

use super::{repository as repository_shape, user};
use crate::git::Stats;
use crate::urls::Urls;
use crate::world::{Pull, Repository, World, node_id};

/// Shapes a pull request of a list.
pub(crate) fn pull(world: &mut World, urls: &Urls, repository: &Repository, pull: &Pull) -> Value {
    let api = urls.repository_api(&repository.full_name);
    let (this, issue) =
        (format!("{api}/pulls/{}", pull.number), format!("{api}/issues/{}", pull.number));
    let (comments, statuses) =
        (format!("{issue}/comments"), format!("{api}/statuses/{}", pull.head_sha));
    let review_comment = format!("{api}/pulls/comments{{/number}}");
    let href = |url: &str| json!({ "href": url });
    let owner = user(&world.user(&repository.owner), urls);
    let repo = repository_shape(world, urls, repository);
    let end = |branch: &str, sha: &str| {
        let label = format!("{}:{branch}", repository.owner);
        json!({ "label": label, "ref": branch, "sha": sha, "user": owner, "repo": repo })
    };
    json!({
        "url": this,
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "html_url": pull.html_url,
        "diff_url": format!("{}.diff", pull.html_url),
        "patch_url": format!("{}.patch", pull.html_url),
        "issue_url": issue,
        "number": pull.number,
        "state": pull.state,
        "locked": false,
        "title": pull.title,
        "user": user(&world.user(&pull.author), urls),
        "body": pull.body,
        "created_at": pull.created_at,
        "updated_at": pull.updated_at,
        "closed_at": pull.closed_at,
        "merged_at": pull.merged_at,
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": null,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [],
        "milestone": null,
        "draft": pull.draft,
        "commits_url": format!("{this}/commits"),
        "review_comments_url": format!("{this}/comments"),
        "review_comment_url": review_comment,
        "comments_url": comments,
        "statuses_url": statuses,
        "head": end(&pull.head_ref, &pull.head_sha),
        "base": end(&pull.base_ref, &pull.base_sha),
        "_links": {
            "self": href(&this),
            "html": href(&pull.html_url),
            "issue": href(&issue),
            "comments": href(&comments),
            "review_comments": href(&format!("{this}/comments")),
            "review_comment": href(&review_comment),
            "commits": href(&format!("{this}/commits")),
            "statuses": href(&statuses),
        },
        "author_association": if pull.author.eq_ignore_ascii_case(&repository.owner) { "OWNER" } else { "COLLABORATOR" },
        "auto_merge": null,
        "active_lock_reason": null,
    })
}

/// Shapes a pull request with its sizes and whether it can be merged, null while that is not known.
pub(crate) fn pull_full(
    world: &mut World,
    urls: &Urls,
    repository: &Repository,
    of: &Pull,
    stats: Stats,
    mergeable: Option<bool>,
) -> Value {
    let mut shape = pull(world, urls, repository, of);
    shape["merged"] = json!(of.merged);
    shape["mergeable"] = json!(mergeable);
    shape["rebaseable"] = json!(mergeable);
    shape["mergeable_state"] = json!(match mergeable {
        None => "unknown",
        Some(true) if of.draft => "draft",
        Some(true) => "clean",
        Some(false) => "dirty",
    });
    shape["merged_by"] = match &of.merged_by {
        Some(login) => user(&world.user(login), urls),
        None => Value::Null,
    };
    shape["comments"] = json!(repository.comment_count(of.number));
    shape["review_comments"] = json!(0);
    shape["maintainer_can_modify"] = json!(false);
    shape["commits"] = json!(stats.commits);
    shape["additions"] = json!(stats.additions);
    shape["deletions"] = json!(stats.deletions);
    shape["changed_files"] = json!(stats.files);
    shape
}
