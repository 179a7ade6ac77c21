//! Branches.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    GithubError, Repository, Result,
    call::Call,
    json::{flag, lacks, text},
};

/// A branch's name may hold slashes, which the route takes as they are.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'/');

/// A branch as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// The commit that it points to.
    pub sha: String,
    /// Whether a rule protects it.
    pub protected: bool,
}

pub(crate) async fn get(repository: &Repository<'_>, name: &str) -> Result<Option<Branch>> {
    let path = format!("/branches/{}", utf8_percent_encode(name, SEGMENT));
    let value = match repository.call(Call::get("branches.get", path)).await {
        Err(GithubError::NotFound { .. }) => return Ok(None),
        answer => answer?,
    };
    let sha = value.get("commit").and_then(|commit| text(commit, "sha"));
    Ok(Some(Branch {
        name: text(&value, "name").ok_or_else(|| lacks("name"))?,
        sha: sha.ok_or_else(|| lacks("commit"))?,
        protected: flag(&value, "protected"),
    }))
}
