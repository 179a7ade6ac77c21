//! One sending of a proposal on its way: its frozen target, what was announced, its pull request.

use jiff::Timestamp;
use uuid::Uuid;

use super::PullRequestState;

/// Where a change is written, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The repository's id in the registry.
    pub repository_id: Uuid,
    /// The host's web address.
    pub host: String,
    /// The repository's owner.
    pub owner: String,
    /// The repository's name.
    pub name: String,
    /// The branch that the pull request asks to be merged into.
    pub base_branch: String,
    /// The folder of the params file; empty when the cluster has none.
    pub config_path: String,
    /// The template's declared parameters, the JSON object text that was registered.
    pub declared_params_json: String,
}

/// A generation as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// The proposal.
    pub proposal_id: Uuid,
    /// Its number, from 1.
    pub number: i32,
    /// Where it writes; frozen when it was accepted.
    pub target: Target,
    /// The hash of the diff that was accepted.
    pub config_diff_sha256: Vec<u8>,
    /// Author and committer of its commits.
    pub author_name: String,
    /// Their mail address.
    pub author_email: String,
    /// The brand.
    pub brand: String,
    /// The branch.
    pub branch: String,
    /// The date of its commits, in whole seconds.
    pub started_at: Timestamp,
    /// What the click that asked for it expects: nothing else is opened.
    pub expected: Expected,
    /// The hash of the patch that was opened, in hex; none before, and when a commit was adopted without building it.
    pub patch_sha256: Option<String>,
    /// The pull request, once GitHub's answer about it was recorded.
    pub pull_request: Option<PullRequest>,
}

/// A pull request as GitHub reported it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: i64,
    /// GitHub's global node id.
    pub node_id: String,
    /// Its page.
    pub url: String,
    /// Open, closed or merged.
    pub state: PullRequestState,
    /// The head commit that GitHub reports.
    pub head_oid: String,
    /// The base commit that GitHub reports.
    pub base_oid: String,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    /// GitHub's `updated_at` of what is known.
    pub updated_at: Option<Timestamp>,
}

/// A base and the head built on it, written down before the head was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The commit that the head is based on.
    pub base_oid: String,
    /// The last commit of ours.
    pub head_oid: String,
}

/// What somebody saw in a preview and wants opened, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// The only base commit to build on; none when any will do.
    pub base_oid: Option<String>,
    /// The hash, in hex, of the only patch to open; none when any will do.
    pub patch_sha256: Option<String>,
}

impl Expected {
    /// Whether what was `announced` under the expectations `frozen` is certain to be what is expected here.
    #[must_use]
    pub fn is_met_by(&self, frozen: &Self, announced: &[Announcement]) -> bool {
        let is_base = |expected: &String| {
            frozen.base_oid.as_ref() == Some(expected)
                || !announced.is_empty() && announced.iter().all(|one| one.base_oid == *expected)
        };
        self.base_oid.as_ref().is_none_or(is_base)
            && (self.patch_sha256.is_none() || self.patch_sha256 == frozen.patch_sha256)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn expected(base: Option<&str>, patch: Option<&str>) -> Expected {
        Expected { base_oid: base.map(Into::into), patch_sha256: patch.map(Into::into) }
    }

    #[rstest]
    #[case::nothing_is_expected(expected(None, None), expected(None, None), &["a"], true)]
    #[case::nothing_is_expected_any_more(expected(None, None), expected(Some("a"), Some("p")), &["a"], true)]
    #[case::the_same_again(expected(Some("a"), Some("p")), expected(Some("a"), Some("p")), &["a"], true)]
    #[case::the_base_is_the_announced_one(expected(Some("a"), None), expected(None, None), &["a", "a"], true)]
    #[case::one_of_the_bases_is_another(expected(Some("a"), None), expected(None, None), &["a", "b"], false)]
    #[case::another_base(expected(Some("b"), None), expected(None, None), &["a"], false)]
    #[case::nothing_tells_the_base(expected(Some("a"), None), expected(None, None), &[], false)]
    #[case::nothing_tells_the_patch(expected(None, Some("p")), expected(None, None), &["a"], false)]
    #[case::another_patch(expected(Some("a"), Some("q")), expected(Some("a"), Some("p")), &["a"], false)]
    fn what_was_announced_meets_what_is_expected_only_when_that_is_certain(
        #[case] now: Expected,
        #[case] frozen: Expected,
        #[case] bases: &[&str],
        #[case] met: bool,
    ) {
        let announced: Vec<_> = bases
            .iter()
            .map(|base| Announcement { base_oid: (*base).into(), head_oid: "h".into() })
            .collect();
        assert_eq!(now.is_met_by(&frozen, &announced), met);
    }
}
