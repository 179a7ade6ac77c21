//! The parts of GitHub's answers that are needed. Everything else in them may be missing or odd.

use jiff::Timestamp;
use pullwright_types::Host;
use serde_json::Value;

/// Why an answer cannot be used, as a sentence part that stands after "the answer".
pub(crate) type Flaw = &'static str;

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number within the repository, at least 1.
    pub number: i64,
    /// Its id in GraphQL; empty when GitHub does not say.
    pub node_id: String,
    /// Its page, below the host's web address.
    pub html_url: String,
    /// `open` or `closed`.
    pub state: String,
    /// Whether it is merged; a list tells it by `merged_at` only.
    pub merged: bool,
    /// When it was merged, if that is known.
    pub merged_at: Option<Timestamp>,
    /// When it last changed, if that is known.
    pub updated_at: Option<Timestamp>,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: Option<String>,
    /// What is to be merged.
    pub head: Side,
    /// Into what.
    pub base: Side,
    /// Whether it is a draft.
    pub draft: bool,
}

/// One end of a pull request; texts are empty when GitHub does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The branch.
    pub name: String,
    /// The commit.
    pub sha: String,
    /// `owner/name` of the repository; `None` when the fork is gone.
    pub repository: Option<String>,
    /// GitHub's id of that repository.
    pub repository_id: Option<i64>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryFacts {
    /// GitHub's id, which a rename does not change.
    pub id: i64,
    /// `owner/name` as it is spelled now.
    pub full_name: String,
    /// The default branch; empty when GitHub does not say.
    pub default_branch: String,
    /// Whether it is private.
    pub private: bool,
    /// Whether it is archived, thus read-only.
    pub archived: bool,
    /// Whether the credential may push, if GitHub says so.
    pub may_push: Option<bool>,
}

/// A branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// The commit at its tip.
    pub sha: String,
    /// Whether a rule protects it.
    pub protected: bool,
}

/// A branch as a list of refs has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref {
    /// Its full name, `refs/heads/…`.
    pub name: String,
    /// The commit at its tip.
    pub sha: String,
}

/// A comment in a pull request's conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id, at least 1.
    pub id: i64,
    /// Its address, below the host's web address.
    pub html_url: String,
    /// Its text; empty when GitHub does not say.
    pub body: String,
    /// The login of its writer, if GitHub says.
    pub author: Option<String>,
}

impl PullRequest {
    pub(crate) fn parse(value: &Value, host: &Host) -> Result<Self, Flaw> {
        let merged_at = &value["merged_at"];
        Ok(Self {
            number: id(&value["number"]).ok_or("has no `number`")?,
            node_id: text(&value["node_id"]),
            html_url: page(&value["html_url"], host).ok_or("has no `html_url` on its host")?,
            // Taken for closed it would be left open, taken for open it would be written to: it must be known.
            state: value["state"].as_str().ok_or("has no `state`")?.to_owned(),
            merged: value["merged"].as_bool().unwrap_or_else(|| merged_at.is_string()),
            merged_at: time(merged_at),
            updated_at: time(&value["updated_at"]),
            title: text(&value["title"]),
            body: value["body"].as_str().map(str::to_owned),
            head: Side::parse(&value["head"]),
            base: Side::parse(&value["base"]),
            draft: value["draft"].as_bool().unwrap_or_default(),
        })
    }
}

impl Side {
    fn parse(value: &Value) -> Self {
        let repository = &value["repo"];
        Self {
            name: text(&value["ref"]),
            sha: text(&value["sha"]),
            repository: repository["full_name"].as_str().map(str::to_owned),
            repository_id: id(&repository["id"]),
        }
    }
}

impl RepositoryFacts {
    pub(crate) fn parse(value: &Value, _: &Host) -> Result<Self, Flaw> {
        Ok(Self {
            id: id(&value["id"]).ok_or("has no `id`")?,
            full_name: value["full_name"].as_str().ok_or("has no `full_name`")?.to_owned(),
            default_branch: text(&value["default_branch"]),
            private: value["private"].as_bool().unwrap_or_default(),
            archived: value["archived"].as_bool().unwrap_or_default(),
            may_push: value["permissions"]["push"].as_bool(),
        })
    }
}

impl Branch {
    pub(crate) fn parse(value: &Value, _: &Host) -> Result<Self, Flaw> {
        Ok(Self {
            name: value["name"].as_str().ok_or("has no `name`")?.to_owned(),
            sha: value["commit"]["sha"].as_str().ok_or("has no `commit.sha`")?.to_owned(),
            protected: value["protected"].as_bool().unwrap_or_default(),
        })
    }
}

impl Ref {
    pub(crate) fn parse(value: &Value, _: &Host) -> Result<Self, Flaw> {
        Ok(Self {
            name: value["ref"].as_str().ok_or("has no `ref`")?.to_owned(),
            sha: value["object"]["sha"].as_str().ok_or("has no `object.sha`")?.to_owned(),
        })
    }
}

impl Comment {
    pub(crate) fn parse(value: &Value, host: &Host) -> Result<Self, Flaw> {
        Ok(Self {
            id: id(&value["id"]).ok_or("has no `id`")?,
            html_url: page(&value["html_url"], host).ok_or("has no `html_url` on its host")?,
            body: text(&value["body"]),
            author: value["user"]["login"].as_str().map(str::to_owned),
        })
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub(crate) fn id(value: &Value) -> Option<i64> {
    value.as_i64().filter(|id| *id > 0)
}

pub(crate) fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

/// Such an address is stored and shown as a link: it must be one of the host's own.
pub(crate) fn page(value: &Value, host: &Host) -> Option<String> {
    let text = value.as_str()?;
    let is_below = text.strip_prefix(&host.web).is_some_and(|rest| rest.starts_with('/'));
    (is_below && !text.contains(|c: char| c.is_whitespace() || c.is_control()))
        .then(|| text.to_owned())
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
