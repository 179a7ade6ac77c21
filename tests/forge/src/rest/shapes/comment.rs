//! `issue-comment`.

use serde_json::{Value, json};

use super::user;
use crate::urls::Urls;
use crate::world::{Comment, Repository, World, node_id};

/// Shapes a comment.
pub(crate) fn comment(
    world: &mut World,
    urls: &Urls,
    repository: &Repository,
    comment: &Comment,
) -> Value {
    let api = urls.repository_api(&repository.full_name);
    let url = format!("{api}/issues/comments/{}", comment.id);
    json!({
        "url": url,
        "html_url": format!("{}#issuecomment-{}", urls.pull_web(&repository.full_name, comment.number), comment.id),
        "issue_url": format!("{api}/issues/{}", comment.number),
        "id": comment.id,
        "node_id": node_id("IC", comment.id),
        "user": user(&world.user(&comment.author), urls),
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "author_association": "COLLABORATOR",
        "body": comment.body,
        "performed_via_github_app": null,
        "reactions": {
            "url": format!("{url}/reactions"),
            "total_count": 0, "+1": 0, "-1": 0, "laugh": 0, "hooray": 0,
            "confused": 0, "heart": 0, "rocket": 0, "eyes": 0,
        },
    })
}
