//! Many branches with one commit each, in one fast-import child.

use std::path::Path;

use super::command::require_success;
use super::quote::quote;
use super::{Git, GitError};
use crate::world::Signature;

/// A branch to be made, or only to be kept for a pull request.
pub(crate) struct BulkBranch {
    /// Branch.
    pub(crate) name: String,
    /// Its tip when it exists already.
    pub(crate) tip: Option<String>,
    /// Where it starts otherwise.
    pub(crate) parent: String,
    /// Number of the pull request that keeps its tip.
    pub(crate) number: u64,
}

impl Git {
    /// Makes the branches that do not exist, and `refs/pull/<n>/head` for all; returns the tips in the same order.
    pub(crate) async fn make_branches(
        &self,
        directory: &Path,
        branches: &[BulkBranch],
        author: &Signature,
        at: i64,
    ) -> Result<Vec<String>, GitError> {
        let unexpected = || GitError::Unexpected { step: "fast-import".to_owned() };
        let arguments = ["fast-import", "--quiet", "--done", "--date-format=raw"];
        let script = script(branches, author, at);
        let output = self.output(directory, &arguments, &[], script.as_bytes()).await?;
        let stdout = require_success("fast-import".to_owned(), output)?;
        let text = String::from_utf8(stdout).map_err(|_| unexpected())?;
        let mut made = text.lines();
        let tips: Option<Vec<String>> = branches
            .iter()
            .map(|branch| branch.tip.clone().or_else(|| made.next().map(str::to_owned)))
            .collect();
        // Thousands of loose refs would have to be opened one by one at every turn.
        self.run(directory, &["pack-refs", "--all"]).await?;
        tips.ok_or_else(unexpected)
    }
}

fn script(branches: &[BulkBranch], author: &Signature, at: i64) -> String {
    let who = format!("{} <{}> {at} +0000", author.name, author.email);
    let mut script = String::new();
    for (mark, branch) in (1..).zip(branches) {
        let (name, number) = (&branch.name, branch.number);
        let from = match &branch.tip {
            Some(tip) => tip.clone(),
            None => {
                let (message, content) = (format!("Change {name}"), format!("{name}\n"));
                let path = quote(&format!("bulk/{name}.txt"));
                script.push_str(&format!(
                    "commit refs/heads/{name}\nmark :{mark}\nauthor {who}\ncommitter {who}\ndata {}\n{message}\nfrom {}\n\
                     M 100644 inline {path}\ndata {}\n{content}\nget-mark :{mark}\n",
                    message.len(),
                    branch.parent,
                    content.len(),
                ));
                format!(":{mark}")
            }
        };
        script.push_str(&format!("reset refs/pull/{number}/head\nfrom {from}\n\n"));
    }
    script.push_str("done\n");
    script
}
