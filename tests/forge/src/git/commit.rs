//! Making a commit on a branch with one fast-import child. It does not know what the files mean.

use std::collections::BTreeMap;
use std::path::Path;

use super::command::require_success;
use super::quote::quote;
use super::{Git, GitError};
use crate::world::Signature;

/// What a commit does to one path.
#[derive(Debug, Clone)]
pub(crate) enum FileChange {
    /// Makes or replaces a file; the content of a submodule is its commit id.
    Write {
        /// Git mode.
        mode: String,
        /// Content.
        content: Vec<u8>,
    },
    /// Removes it.
    Delete,
}

impl FileChange {
    /// Makes or replaces a file.
    pub(crate) fn write(mode: &str, content: Vec<u8>) -> Self {
        Self::Write { mode: mode.to_owned(), content }
    }
}

/// A commit to be made; its signature carries its date.
pub(crate) struct CommitRequest<'a> {
    /// Branch that moves to it.
    pub(crate) branch: &'a str,
    /// Parent, none for a first commit.
    pub(crate) parent: Option<&'a str>,
    /// Author and committer.
    pub(crate) author: &'a Signature,
    /// Seconds since the epoch.
    pub(crate) at: i64,
    /// Message.
    pub(crate) message: &'a str,
    /// What changes, by path.
    pub(crate) files: &'a BTreeMap<String, FileChange>,
}

impl Git {
    /// Makes the commit, moves the branch and returns the commit's id; refuses to lose commits of the branch.
    pub(crate) async fn commit(
        &self,
        directory: &Path,
        request: &CommitRequest<'_>,
    ) -> Result<String, GitError> {
        let arguments = ["fast-import", "--quiet", "--done", "--date-format=raw"];
        let output = self.output(directory, &arguments, &[], &script(request)).await?;
        let stdout = require_success("fast-import".to_owned(), output)?;
        let oid = String::from_utf8_lossy(&stdout).trim().to_owned();
        if oid.len() < 40 {
            return Err(GitError::Unexpected { step: "fast-import".to_owned() });
        }
        Ok(oid)
    }
}

fn script(request: &CommitRequest<'_>) -> Vec<u8> {
    // A newline or an angle bracket in a name would end the header line.
    let clean = |text: &str| text.replace(['\n', '<', '>'], " ");
    let who = format!(
        "{} <{}> {} +0000",
        clean(&request.author.name),
        clean(&request.author.email),
        request.at
    );
    let mut script =
        format!("commit refs/heads/{}\nmark :1\nauthor {who}\ncommitter {who}\n", request.branch)
            .into_bytes();
    data(&mut script, request.message.as_bytes());
    if let Some(parent) = request.parent {
        script.extend_from_slice(format!("from {parent}\n").as_bytes());
    }
    for (path, change) in request.files {
        match change {
            FileChange::Delete => {
                script.extend_from_slice(format!("D {}\n", quote(path)).as_bytes())
            }
            FileChange::Write { mode, content } if mode == "160000" => {
                let commit = String::from_utf8_lossy(content);
                script.extend_from_slice(
                    format!("M 160000 {} {}\n", commit.trim(), quote(path)).as_bytes(),
                );
            }
            FileChange::Write { mode, content } => {
                script.extend_from_slice(format!("M {mode} inline {}\n", quote(path)).as_bytes());
                data(&mut script, content);
            }
        }
    }
    script.extend_from_slice(b"\nget-mark :1\ndone\n");
    script
}

fn data(script: &mut Vec<u8>, bytes: &[u8]) {
    script.extend_from_slice(format!("data {}\n", bytes.len()).as_bytes());
    script.extend_from_slice(bytes);
    script.push(b'\n');
}
