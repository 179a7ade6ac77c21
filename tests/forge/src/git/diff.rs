//! What a pull request changes, by git's own diff of the merge base with the head.

use std::path::Path;

use super::{Git, GitError};

/// Sizes of a change.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stats {
    /// Commits of the head that the base has not.
    pub(crate) commits: u64,
    /// Lines added; binary files count none.
    pub(crate) additions: u64,
    /// Lines removed.
    pub(crate) deletions: u64,
    /// Files changed.
    pub(crate) files: u64,
}

/// One file of a change, as GitHub lists it.
#[derive(Debug, Clone)]
pub(crate) struct ChangedFile {
    /// Path after the change.
    pub(crate) path: String,
    /// Path before a rename.
    pub(crate) previous: Option<String>,
    /// GitHub's word: added, removed, modified, renamed, changed.
    pub(crate) status: &'static str,
    /// Blob after the change, or before a removal.
    pub(crate) blob: String,
    /// Lines added.
    pub(crate) additions: u64,
    /// Lines removed.
    pub(crate) deletions: u64,
    /// Hunks without the file header; none for a binary file.
    pub(crate) patch: Option<String>,
}

impl Git {
    /// Returns the unified diff from the merge base to the head.
    pub(crate) async fn diff(
        &self,
        directory: &Path,
        base: &str,
        head: &str,
    ) -> Result<Vec<u8>, GitError> {
        let range = format!("{base}...{head}");
        self.run(directory, &["diff", "--no-color", "--no-ext-diff", &range]).await
    }

    /// Measures the change from the merge base to the head.
    pub(crate) async fn stats(
        &self,
        directory: &Path,
        base: &str,
        head: &str,
    ) -> Result<Stats, GitError> {
        let range = format!("{base}...{head}");
        let arguments = ["diff", "--numstat", "-z", "--no-renames", &range];
        let (commits, numbers) = tokio::try_join!(
            self.commits_between(directory, base, head),
            self.run(directory, &arguments)
        )?;
        let mut stats = Stats { commits, ..Stats::default() };
        for line in String::from_utf8_lossy(&numbers).split('\0').filter(|line| !line.is_empty()) {
            let mut fields = line.split('\t');
            let mut number =
                || fields.next().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
            stats.additions += number();
            stats.deletions += number();
            stats.files += 1;
        }
        Ok(stats)
    }

    /// Lists the files of the change with their hunks.
    pub(crate) async fn changed_files(
        &self,
        directory: &Path,
        base: &str,
        head: &str,
    ) -> Result<Vec<ChangedFile>, GitError> {
        let range = format!("{base}...{head}");
        let raw =
            self.run(directory, &["diff", "--raw", "-z", "--no-abbrev", "-M", &range]).await?;
        let mut files = parse_raw(&String::from_utf8_lossy(&raw))?;
        for file in &mut files {
            let mut arguments =
                vec!["diff", "--no-color", "--no-ext-diff", "-M", &range, "--", &file.path];
            arguments.extend(file.previous.as_deref());
            let text = self.run(directory, &arguments).await?;
            let text = String::from_utf8_lossy(&text).into_owned();
            let hunks =
                text.find("\n@@ ").map(|at| text[at + 1..].trim_end_matches('\n').to_owned());
            if let Some(hunks) = &hunks {
                file.additions = count(hunks, '+');
                file.deletions = count(hunks, '-');
            }
            file.patch = hunks;
        }
        Ok(files)
    }
}

fn count(hunks: &str, sign: char) -> u64 {
    hunks.lines().filter(|line| line.starts_with(sign)).count() as u64
}

fn parse_raw(text: &str) -> Result<Vec<ChangedFile>, GitError> {
    let unexpected = || GitError::Unexpected { step: "diff".to_owned() };
    let mut fields = text.split('\0').filter(|field| !field.is_empty());
    let mut files = Vec::new();
    while let Some(header) = fields.next() {
        let columns: Vec<&str> = header.trim_start_matches(':').split(' ').collect();
        let [old_mode, new_mode, old, new, letter] = columns[..] else { return Err(unexpected()) };
        let first = fields.next().ok_or_else(unexpected)?.to_owned();
        let (previous, path) = match letter.as_bytes().first() {
            Some(b'R' | b'C') => (Some(first), fields.next().ok_or_else(unexpected)?.to_owned()),
            _ => (None, first),
        };
        let status = match letter.as_bytes().first() {
            Some(b'A') => "added",
            Some(b'D') => "removed",
            Some(b'R') => "renamed",
            Some(b'C') => "copied",
            _ if old == new && old_mode != new_mode => "changed",
            _ => "modified",
        };
        let blob = if status == "removed" { old } else { new }.to_owned();
        files.push(ChangedFile {
            path,
            previous,
            status,
            blob,
            additions: 0,
            deletions: 0,
            patch: None,
        });
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_names_both_paths() {
        let raw = ":100644 100644 aaa bbb R090\0old.txt\0new.txt\0:000000 100644 000 ccc A\0x\0";
        let files = parse_raw(raw).unwrap();
        assert_eq!(files[0].previous.as_deref(), Some("old.txt"));
        assert_eq!((files[0].path.as_str(), files[0].status), ("new.txt", "renamed"));
        assert_eq!(
            (files[1].path.as_str(), files[1].status, files[1].blob.as_str()),
            ("x", "added", "ccc")
        );
    }
}
