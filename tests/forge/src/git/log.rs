//! Reading commits, files and ancestry.

use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;

use super::{Git, GitError};
use crate::world::{Commit, Signature};

/// Fields of one commit, separated by NUL, in the order in which `parse` takes them.
const FORMAT: &str = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x01";

impl Git {
    /// Lists the commits that a revision reaches, the newest first.
    pub(crate) async fn log(
        &self,
        directory: &Path,
        revision: &str,
        limit: usize,
    ) -> Result<Vec<Commit>, GitError> {
        let limit = format!("--max-count={limit}");
        let stdout = self
            .run(directory, &["log", &limit, FORMAT, "--end-of-options", revision, "--"])
            .await?;
        let text = String::from_utf8_lossy(&stdout);
        let unexpected = || GitError::Unexpected { step: "log".to_owned() };
        text.split('\u{1}')
            .map(|record| record.trim_start_matches('\n'))
            .filter(|record| !record.is_empty())
            .map(|record| parse(record).ok_or_else(unexpected))
            .collect()
    }

    /// Reads a file at a revision; none when the path is not there.
    pub(crate) async fn read_file(
        &self,
        directory: &Path,
        revision: &str,
        path: &str,
    ) -> Result<Option<Vec<u8>>, GitError> {
        let entry =
            self.run(directory, &["ls-tree", "-z", "--full-tree", revision, "--", path]).await?;
        let text = String::from_utf8_lossy(&entry);
        let Some((meta, name)) = text.trim_end_matches('\0').split_once('\t') else {
            return Ok(None);
        };
        let mut meta = meta.split(' ').skip(1);
        match (meta.next(), meta.next()) {
            (Some("blob"), Some(oid)) if name == path => {
                Ok(Some(self.run(directory, &["cat-file", "blob", oid]).await?))
            }
            _ => Ok(None),
        }
    }

    /// Resolves a revision to a commit; none when there is no such commit.
    pub(crate) async fn resolve(
        &self,
        directory: &Path,
        revision: &str,
    ) -> Result<Option<String>, GitError> {
        let revision = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--quiet", "--verify", "--end-of-options", &revision];
        let output = self.output(directory, &arguments, &[], b"").await?;
        Ok(output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned()))
    }

    /// Returns the commits that a branch gained when it moved.
    pub(crate) async fn gained(
        &self,
        directory: &Path,
        old: &str,
        new: &str,
    ) -> Result<HashSet<String>, GitError> {
        let stdout = self.run(directory, &["rev-list", new, &format!("^{old}")]).await?;
        Ok(String::from_utf8_lossy(&stdout).lines().map(str::to_owned).collect())
    }

    /// Counts the commits that `head` has and `base` has not.
    pub(crate) async fn commits_between(
        &self,
        directory: &Path,
        base: &str,
        head: &str,
    ) -> Result<u64, GitError> {
        let range = format!("{base}..{head}");
        let count = self.line(directory, &["rev-list", "--count", &range]).await?;
        count.parse().map_err(|_| GitError::Unexpected { step: "rev-list".to_owned() })
    }
}

fn parse(record: &str) -> Option<Commit> {
    let mut fields = record.splitn(10, '\0');
    let mut next = || fields.next();
    let (oid, tree, parents) = (next()?.to_owned(), next()?.to_owned(), next()?);
    let parents = parents.split_whitespace().map(str::to_owned).collect();
    let author = signature(next()?, next()?, next()?)?;
    let committer = signature(next()?, next()?, next()?)?;
    Some(Commit { oid, tree, parents, author, committer, message: next()?.to_owned() })
}

fn signature(name: &str, email: &str, seconds: &str) -> Option<Signature> {
    let date = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    Some(Signature { name: name.to_owned(), email: email.to_owned(), date: Some(date) })
}
