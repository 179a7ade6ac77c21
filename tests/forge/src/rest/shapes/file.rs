//! `diff-entry`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::git::ChangedFile;
use crate::urls::Urls;
use crate::world::{Pull, Repository};

/// What a path keeps in a URL; GitHub encodes the slash too in these.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Shapes one file of a pull request.
pub(crate) fn file(urls: &Urls, repository: &Repository, pull: &Pull, file: &ChangedFile) -> Value {
    let web = urls.repository_web(&repository.full_name);
    let api = urls.repository_api(&repository.full_name);
    let (path, head) = (utf8_percent_encode(&file.path, PATH).to_string(), &pull.head_sha);
    let mut shape = json!({
        "sha": file.blob,
        "filename": file.path,
        "status": file.status,
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "blob_url": format!("{web}/blob/{head}/{path}"),
        "raw_url": format!("{web}/raw/{head}/{path}"),
        "contents_url": format!("{api}/contents/{path}?ref={head}"),
    });
    if let Some(patch) = &file.patch {
        shape["patch"] = json!(patch);
    }
    if let Some(previous) = &file.previous {
        shape["previous_filename"] = json!(previous);
    }
    shape
}
