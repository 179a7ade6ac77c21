//! What the runtime says of branch and commits, against what git says.

use super::{Disagreement, Expected, Kind};
use crate::{ReviewMode, RunResult};

/// What git says of the workspace after the run; empty when the run left no commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Produced {
    /// The branch that the workspace stands on.
    pub branch: Option<String>,
    /// Full object ids of all commits that are there now and were not at the start.
    pub commits: Vec<String>,
}

/// Where the commits of a run may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BranchRule {
    /// On a branch whose name begins with this and goes on, such as `cody/`.
    Under(String),
    /// On this one: the branch of the pull request that the task is about.
    Exactly(String),
}

impl BranchRule {
    fn allows(&self, branch: &str) -> bool {
        match self {
            Self::Under(prefix) => {
                !prefix.is_empty() && branch.len() > prefix.len() && branch.starts_with(prefix)
            }
            Self::Exactly(name) => branch == name,
        }
    }
}

/// The first point on which they do not agree. A branch without commits is not looked at: nothing of it is published.
pub(super) fn disagreement(
    result: &RunResult,
    expected: &Expected,
    produced: &Produced,
) -> Option<Disagreement> {
    if expected.kind == Kind::Review
        && result.review.as_ref().is_some_and(|review| review.mode == ReviewMode::None)
    {
        return Some(Disagreement::NoReview);
    }
    if result.commits.is_empty() && produced.commits.is_empty() {
        return None;
    }
    if expected.kind == Kind::Review {
        return Some(Disagreement::ReviewWithCommits);
    }
    if result.commits.is_empty() {
        return Some(Disagreement::UnlistedCommits { count: produced.commits.len() });
    }
    let Some(branch) = result.branch.as_deref() else {
        return Some(Disagreement::CommitsWithoutBranch);
    };
    let is_protected = expected.protected.iter().any(|name| name == branch);
    if is_protected
        || !expected.branch.allows(branch)
        || pullwright_types::names::branch(branch).is_err()
    {
        return Some(Disagreement::BranchRefused);
    }
    if produced.branch.as_deref() != Some(branch) {
        return Some(Disagreement::OtherBranch);
    }
    same_commits(result, produced)
}

fn same_commits(result: &RunResult, produced: &Produced) -> Option<Disagreement> {
    let names = |listed: &str, made: &str| {
        made.get(..listed.len()).is_some_and(|start| start.eq_ignore_ascii_case(listed))
    };
    let is_made = |listed: &str| produced.commits.iter().any(|made| names(listed, made));
    if let Some(index) = result.commits.iter().position(|commit| !is_made(&commit.sha)) {
        return Some(Disagreement::UnknownCommit { index });
    }
    let is_listed = |made: &&String| result.commits.iter().any(|commit| names(&commit.sha, made));
    let count = produced.commits.len() - produced.commits.iter().filter(is_listed).count();
    (count > 0).then_some(Disagreement::UnlistedCommits { count })
}
