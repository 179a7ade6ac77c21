//! Commits and branches as the control API shows and takes them. It does not know how git makes them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who did something and when, as a commit says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// When; the forge's present when absent in a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
}

/// A commit, read from the repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Object id.
    pub oid: String,
    /// Object id of its tree.
    pub tree: String,
    /// Object ids of its parents.
    pub parents: Vec<String>,
    /// Who wrote it.
    pub author: Signature,
    /// Who committed it.
    pub committer: Signature,
    /// Whole message.
    pub message: String,
}

/// A branch and its tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Name without `refs/heads/`.
    pub name: String,
    /// Object id of the tip.
    pub oid: String,
}

/// What a file is to hold: plain text, or text or base64 with a mode.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FileContent {
    /// Text of a regular file.
    Text(String),
    /// Bytes of any kind, with a git mode.
    Full {
        /// Content as text; excludes `base64`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Content in base64; excludes `text`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base64: Option<String>,
        /// Git mode: 100644 (the default), 100755, 120000, or 160000 with a commit id as text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<String>,
    },
}

impl FileContent {
    /// Makes a regular file from any bytes.
    pub fn bytes(content: impl AsRef<[u8]>) -> Self {
        Self::Full { text: None, base64: Some(BASE64_STANDARD.encode(content)), mode: None }
    }

    /// Makes a file of the given git mode.
    pub fn with_mode(text: impl Into<String>, mode: impl Into<String>) -> Self {
        Self::Full { text: Some(text.into()), base64: None, mode: Some(mode.into()) }
    }

    /// Returns the mode and the bytes, or says why there are none.
    pub(crate) fn resolve(&self) -> Result<(&str, Vec<u8>), String> {
        match self {
            Self::Text(text) => Ok(("100644", text.clone().into_bytes())),
            Self::Full { text, base64, mode } => {
                let bytes = match (text, base64) {
                    (Some(text), None) => text.clone().into_bytes(),
                    (None, Some(base64)) => {
                        BASE64_STANDARD.decode(base64).map_err(|error| error.to_string())?
                    }
                    (None, None) => Vec::new(),
                    (Some(_), Some(_)) => {
                        return Err("text and base64 exclude each other".to_owned());
                    }
                };
                Ok((mode.as_deref().unwrap_or("100644"), bytes))
            }
        }
    }
}

impl From<&str> for FileContent {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for FileContent {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A commit to be put on a branch.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewCommit {
    /// Branch without `refs/heads/`; made when it does not exist.
    pub branch: String,
    /// Where a branch that does not exist yet starts: a branch or a commit id; the default branch when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Files by path; null removes one.
    pub files: BTreeMap<String, Option<FileContent>>,
    /// Message.
    pub message: String,
    /// Author and committer; the forge's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Signature>,
    /// Login that counts as the pusher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pusher: Option<String>,
}

impl NewCommit {
    /// Makes a commit of one file.
    pub fn file(
        branch: impl Into<String>,
        path: impl Into<String>,
        content: impl Into<FileContent>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            branch: branch.into(),
            files: BTreeMap::from([(path.into(), Some(content.into()))]),
            message: message.into(),
            ..Self::default()
        }
    }
}
