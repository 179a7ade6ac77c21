//! A pull request as the API shows it, and what is sent to make or change one.

use jiff::Timestamp;
use pullwright_types::Host;
use serde::Serialize;
use serde_json::Value;

use crate::{
    Result,
    json::{flag, lacks, number, text, time},
};

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: i64,
    /// Its id in GraphQL and across renames; empty when GitHub does not say.
    pub node_id: String,
    /// Its page, on the host's web address.
    pub html_url: String,
    /// `open` or `closed`.
    pub state: String,
    /// Whether it was merged.
    pub merged: bool,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    /// When anything about it changed last.
    pub updated_at: Option<Timestamp>,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: Option<String>,
    /// Whether it is a draft.
    pub draft: bool,
    /// Where the commits come from.
    pub head: PullRequestSide,
    /// Where they are to go.
    pub base: PullRequestSide,
}

/// One side of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PullRequestSide {
    /// The branch's name.
    pub name: String,
    /// The commit.
    pub sha: String,
    /// `owner/name`; `None` when the repository is gone.
    pub repository: Option<String>,
    /// GitHub's id of the repository.
    pub repository_id: Option<i64>,
}

/// A pull request to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewPullRequest {
    /// The title, at most 255 characters.
    pub title: String,
    /// The branch with the commits.
    pub head: String,
    /// The branch that they are for.
    pub base: String,
    /// The text, at most 65,536 characters.
    pub body: String,
    /// Whether it begins as a draft.
    pub draft: bool,
    /// Whether maintainers may push to the head.
    pub maintainer_can_modify: bool,
}

/// What is to change; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PullRequestChange {
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `open` or `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// The base branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

/// Reads a pull request; its number and a page on `host` must be there, all else may be odd.
pub(crate) fn read(value: &Value, host: &Host) -> Result<PullRequest> {
    let number =
        number(value, "number").filter(|number| *number > 0).ok_or_else(|| lacks("number"))?;
    let on_host =
        |url: &String| url.strip_prefix(&host.web).is_some_and(|rest| rest.starts_with('/'));
    let html_url = text(value, "html_url").filter(on_host).ok_or_else(|| lacks("html_url"))?;
    let merged_at = time(value, "merged_at");
    Ok(PullRequest {
        number,
        node_id: text(value, "node_id").unwrap_or_default(),
        html_url,
        state: text(value, "state").unwrap_or_default(),
        // Lists show the time only.
        merged: flag(value, "merged") || merged_at.is_some(),
        merged_at,
        updated_at: time(value, "updated_at"),
        title: text(value, "title").unwrap_or_default(),
        body: text(value, "body"),
        draft: flag(value, "draft"),
        head: side(value.get("head")),
        base: side(value.get("base")),
    })
}

fn side(value: Option<&Value>) -> PullRequestSide {
    let Some(value) = value else { return PullRequestSide::default() };
    let repository = value.get("repo");
    PullRequestSide {
        name: text(value, "ref").unwrap_or_default(),
        sha: text(value, "sha").unwrap_or_default(),
        repository: repository.and_then(|repository| text(repository, "full_name")),
        repository_id: repository.and_then(|repository| crate::json::number(repository, "id")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn host() -> Host {
        let web = "https://github.com".to_owned();
        Host { api: "https://api.github.com".to_owned(), git: web.clone(), web }
    }

    #[test]
    fn odd_parts_do_not_matter() {
        let value = json!({
            "number": 7, "html_url": "https://github.com/o/r/pull/7", "id": null, "title": null, "body": null,
            "merged_at": "not a time", "updated_at": 5, "draft": "yes", "labels": {"x": []}, "new": [[[]]],
            "head": {"ref": "x", "sha": "abc", "repo": null}, "base": null
        });
        let read = read(&value, &host()).unwrap();
        assert_eq!((read.number, read.head.name.as_str(), &read.head.repository), (7, "x", &None));
        assert!(!read.merged && !read.draft && read.updated_at.is_none());
    }

    #[test]
    fn one_without_a_number_or_a_page_on_the_host_cannot_be_used() {
        for (number, url) in [
            (json!("7"), json!("https://github.com/o/r/pull/7")),
            (json!(0), json!("https://github.com/o/r/pull/7")),
            (json!(7), json!("javascript:alert(1)")),
            (json!(7), json!("https://github.com.evil.example/o/r/pull/7")),
            (json!(7), json!(null)),
        ] {
            assert!(read(&json!({"number": number, "html_url": url}), &host()).is_err(), "{url}");
        }
    }

    #[test]
    fn one_in_a_list_is_merged_when_it_has_the_time() {
        let value = json!({
            "number": 7, "html_url": "https://github.com/o/r/pull/7", "state": "closed",
            "merged_at": "2024-01-02T03:04:05Z"
        });
        assert!(read(&value, &host()).unwrap().merged);
    }
}
