//! `branch-with-protection`.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::urls::Urls;
use crate::world::{Commit, Repository, Signature};

/// Shapes a branch with the commit at its tip.
pub(crate) fn branch(urls: &Urls, repository: &Repository, name: &str, commit: &Commit) -> Value {
    let api = urls.repository_api(&repository.full_name);
    let web = urls.repository_web(&repository.full_name);
    let this = format!("{api}/branches/{name}");
    let is_protected = repository.protected.contains(name);
    json!({
        "name": name,
        "commit": shape_commit(&api, &web, repository.id, commit),
        "_links": { "self": this, "html": format!("{web}/tree/{name}") },
        "protected": is_protected,
        "protection": { "enabled": is_protected, "required_status_checks": { "enforcement_level": "off", "contexts": [], "checks": [] } },
        "protection_url": format!("{this}/protection"),
    })
}

fn shape_commit(api: &str, web: &str, repository: u64, commit: &Commit) -> Value {
    let oid = &commit.oid;
    let parent = |oid: &String| json!({ "sha": oid, "url": format!("{api}/commits/{oid}"), "html_url": format!("{web}/commit/{oid}") });
    let parents: Vec<Value> = commit.parents.iter().map(parent).collect();
    json!({
        "sha": oid,
        "node_id": format!("C_{}", BASE64_URL_SAFE_NO_PAD.encode(format!("{repository}:{oid}"))),
        "commit": {
            "author": person(&commit.author),
            "committer": person(&commit.committer),
            "message": commit.message.trim_end(),
            "tree": { "sha": commit.tree, "url": format!("{api}/git/trees/{}", commit.tree) },
            "url": format!("{api}/git/commits/{oid}"),
            "comment_count": 0,
            "verification": {
                "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null,
            },
        },
        "url": format!("{api}/commits/{oid}"),
        "html_url": format!("{web}/commit/{oid}"),
        "comments_url": format!("{api}/commits/{oid}/comments"),
        // No account has a mail address here, so none matches the commit's.
        "author": null,
        "committer": null,
        "parents": parents,
    })
}

fn person(signature: &Signature) -> Value {
    json!({ "name": signature.name, "email": signature.email, "date": signature.date })
}
