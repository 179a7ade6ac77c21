//! `git-ref`.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::urls::Urls;
use crate::world::Repository;

/// Shapes a ref, named with `refs/`.
pub(crate) fn git_ref(urls: &Urls, repository: &Repository, name: &str, oid: &str) -> Value {
    let api = urls.repository_api(&repository.full_name);
    let node = BASE64_URL_SAFE_NO_PAD.encode(format!("{}:{name}", repository.id));
    json!({
        "ref": name,
        "node_id": format!("REF_{node}"),
        "url": format!("{api}/git/{name}"),
        "object": { "sha": oid, "type": "commit", "url": format!("{api}/git/commits/{oid}") },
    })
}
