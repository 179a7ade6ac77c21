//! `repository`, as pull requests and webhooks carry it, and `full-repository`.

use serde_json::{Value, json};

use super::user;
use crate::urls::Urls;
use crate::world::{Repository, World, node_id};

/// URL templates of a repository, relative to its REST base.
const TEMPLATES: &[(&str, &str)] = &[
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

/// Shapes a repository without what depends on the caller.
pub(crate) fn repository(world: &mut World, urls: &Urls, repository: &Repository) -> Value {
    let api = urls.repository_api(&repository.full_name);
    let open = repository.pulls.values().filter(|pull| pull.is_open()).count();
    let host =
        urls.web().split("://").nth(1).unwrap_or_default().split(':').next().unwrap_or_default();
    let mut shape = json!({
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
        "owner": user(&world.user(&repository.owner), urls),
        "html_url": repository.html_url,
        "description": repository.description,
        "fork": false,
        "url": api,
        "created_at": repository.created_at,
        "updated_at": repository.updated_at,
        "pushed_at": repository.pushed_at,
        "git_url": format!("git://{host}/{}.git", repository.full_name),
        "ssh_url": format!("git@{host}:{}.git", repository.full_name),
        "clone_url": repository.clone_url,
        "svn_url": repository.html_url,
        "open_issues_count": open,
        "visibility": if repository.private { "private" } else { "public" },
        "open_issues": open,
        "default_branch": repository.default_branch,
    });
    for (name, rest) in TEMPLATES {
        shape[*name] = json!(format!("{api}{rest}"));
    }
    if let (Value::Object(shape), Value::Object(same)) = (&mut shape, same_for_all()) {
        shape.extend(same);
    }
    shape
}

/// Returns the members that are the same for every repository here.
fn same_for_all() -> Value {
    json!({
        "homepage": null,
        "size": 1,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": null,
        "has_issues": true,
        "has_projects": true,
        "has_downloads": true,
        "has_wiki": true,
        "has_pages": false,
        "has_discussions": false,
        "forks_count": 0,
        "mirror_url": null,
        "archived": false,
        "disabled": false,
        "license": null,
        "allow_forking": true,
        "is_template": false,
        "web_commit_signoff_required": false,
        "topics": [],
        "forks": 0,
        "watchers": 0,
    })
}

/// Shapes a repository for somebody who asks for it by name.
pub(crate) fn repository_full(
    world: &mut World,
    urls: &Urls,
    of: &Repository,
    writes: bool,
) -> Value {
    let mut shape = repository(world, urls, of);
    shape["permissions"] = json!({ "admin": false, "maintain": false, "push": writes, "triage": writes, "pull": true });
    shape["network_count"] = json!(0);
    shape["subscribers_count"] = json!(0);
    shape["temp_clone_token"] = Value::Null;
    if writes {
        shape["allow_squash_merge"] = json!(true);
        shape["allow_merge_commit"] = json!(true);
        shape["allow_rebase_merge"] = json!(false);
        shape["allow_auto_merge"] = json!(false);
        shape["delete_branch_on_merge"] = json!(false);
        shape["allow_update_branch"] = json!(false);
    }
    let owner = world.user(&of.owner);
    if owner.organization {
        shape["organization"] = user(&owner, urls);
    }
    shape
}
