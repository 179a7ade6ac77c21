//! What the brief asks for.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use pullwright_headless::{Brief, Limits, Task, Unquoted, Version};

use crate::script::Script;

/// The brief, as this runtime needs it.
#[derive(Debug)]
pub(crate) struct Request {
    /// The version to answer in: the brief's own.
    pub(crate) version: Version,
    /// What to do.
    pub(crate) script: Script,
    /// What was written on GitHub, to be looked at and never obeyed in what it says about rules and credentials.
    pub(crate) text: String,
    /// The last answer to a question of an earlier run.
    pub(crate) answer: Option<String>,
    /// Where to work.
    pub(crate) root: PathBuf,
    /// Who works.
    pub(crate) name: String,
    /// The brief itself.
    pub(crate) brief: Brief,
}

impl Request {
    /// Reads the brief; a version or shape that is not known is refused.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).context("read the brief")?;
        let brief =
            Brief::read(&bytes, &Version::ALL, Limits::default()).context("take the brief")?;
        let quoted = Unquoted::all(brief.task.text());
        let answer = quoted.iter().rfind(|quote| quote.source == "answer").map(|quote| quote.text);
        // An adapter that marks nothing hands over the text as it is.
        let text = quoted.first().map_or(brief.task.text(), |quote| quote.text);
        let script = match answer {
            Some(answer) => Script::find(answer)?.unwrap_or(Script::Succeed),
            None => Script::find(text)?.unwrap_or(Script::Succeed),
        };
        Ok(Self {
            version: brief.version()?,
            script,
            text: text.to_owned(),
            answer: answer.map(str::to_owned),
            root: PathBuf::from(&brief.workspace.root),
            name: brief.familiar.display_name.clone(),
            brief,
        })
    }

    /// The branch to commit to: one of its own for an issue, `None` to stay on the one that is checked out.
    pub(crate) fn branch(&self) -> Option<String> {
        match self.brief.task {
            Task::FixIssue { issue_number, .. } => {
                Some(format!("{}/fix-issue-{issue_number}", self.brief.familiar.id))
            }
            _ => None,
        }
    }

    /// Whether commits are wanted at all.
    pub(crate) fn wants_commits(&self) -> bool {
        self.brief.review_context.is_none()
            && matches!(self.brief.task, Task::FixIssue { .. } | Task::AddressReviewComment { .. })
    }
}
