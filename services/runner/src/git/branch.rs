//! Full ref names from branch names. A name that git or its command line could take for something else never gets here.

use pullwright_types::names;

use super::{GitError, Result};

/// The full name, `refs/heads/…`, of a branch whose name has been checked again.
pub(super) fn full_name(branch: &str) -> Result<String> {
    checked(branch).map(|branch| format!("refs/heads/{branch}"))
}

/// The ref that keeps the fetched tip of a base branch. It has no `/` inside, so `a` and `a/b` may follow each other.
pub(super) fn base_ref(branch: &str) -> Result<String> {
    checked(branch).map(|branch| format!("refs/base/{}", branch.replace('/', "+")))
}

fn checked(branch: &str) -> Result<&str> {
    names::branch(branch)
        .map(|()| branch)
        .map_err(|problem| GitError::BranchName { branch: branch.to_owned(), rule: problem.rule })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_an_option_or_a_pattern_is_refused() {
        for branch in ["", "-x", "--upload-pack=x", "a..b", "a*", "a:b", "+a", "a b", "a@{1}", "a/"]
        {
            assert!(full_name(branch).is_err(), "{branch}");
        }
        assert_eq!(full_name("pullwright/study-1").unwrap(), "refs/heads/pullwright/study-1");
    }

    #[test]
    fn base_refs_of_nested_names_do_not_collide() {
        assert_eq!(base_ref("release/1").unwrap(), "refs/base/release+1");
    }
}
