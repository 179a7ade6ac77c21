//! Whether what was built is what was previewed. It is asked before anything is announced, so a refusal leaves nothing anywhere.

use pullwright_proto::job::OpenPullRequestSpec;

use super::patch::Patch;
use crate::{error::JobError, git::Oid};

/// Refuses another base than the expected one, if one is expected.
pub(super) fn base(spec: &OpenPullRequestSpec, branch: &str, base: &Oid) -> Result<(), JobError> {
    let expected = &spec.expected_base_oid;
    if expected.is_empty() || expected == base.as_str() {
        return Ok(());
    }
    let what = format!("the base branch {branch} was at {expected} and is at {base} now");
    Err(JobError::PreviewOutdated { what })
}

/// Refuses another patch than the expected one, if one is expected.
pub(super) fn patch(spec: &OpenPullRequestSpec, path: &str, patch: &Patch) -> Result<(), JobError> {
    let (expected, now) = (&spec.expected_patch_sha256, &patch.sha256);
    if expected.is_empty() || expected == now {
        return Ok(());
    }
    let what = format!("the diff of {path} had the SHA-256 {expected} and has {now} now");
    Err(JobError::PreviewOutdated { what })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(base: &str, patch: &str) -> OpenPullRequestSpec {
        OpenPullRequestSpec {
            expected_base_oid: base.to_owned(),
            expected_patch_sha256: patch.to_owned(),
            ..Default::default()
        }
    }

    #[test]
    fn only_what_is_expected_must_be_so() {
        let (oid, patched) = (Oid::from_bytes(&[1; 20]), Patch::of("x".to_owned()));
        let known = spec(oid.as_str(), &patched.sha256);
        for right in [&spec("", ""), &known] {
            assert!(base(right, "main", &oid).is_ok() && patch(right, "p", &patched).is_ok());
        }
        let other = spec(&"2".repeat(40), &"3".repeat(64));
        for error in [base(&other, "main", &oid), patch(&other, "p", &patched)] {
            let error = error.unwrap_err();
            assert_eq!(error.reason(), "PREVIEW_OUTDATED");
            assert!(error.text().contains("preview it again"), "{}", error.text());
        }
    }
}
