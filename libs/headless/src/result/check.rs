//! Rules of a result that its schema cannot say, as far as they concern the document alone.
//!
//! Whether it agrees with the exit code and with git is [`classify`](crate::classify)'s to say.

use super::{Commit, Evidence, ReviewMode, RunResult, Status};
use crate::DocumentError;

/// Holds a result against them, on either side.
pub(super) fn rules(result: &RunResult) -> Result<(), DocumentError> {
    let require = |holds: bool, field: String, rule: &'static str| {
        if holds { Ok(()) } else { Err(DocumentError::rule(&field, rule)) }
    };
    for (index, Commit { sha, .. }) in result.commits.iter().enumerate() {
        require(
            (7..=64).contains(&sha.len()) && sha.bytes().all(|c| c.is_ascii_hexdigit()),
            format!("/commits/{index}/sha"),
            "must be 7 to 64 hexadecimal digits",
        )?;
    }
    for (index, path) in result.files_changed.iter().enumerate() {
        require(
            is_inside(path),
            format!("/files_changed/{index}"),
            "must be a path inside the workspace, relative to it",
        )?;
    }
    require(
        result.status != Status::NeedsInput || !result.summary.trim().is_empty(),
        "/summary".to_owned(),
        "must hold the question when the status is needs_input",
    )?;
    let Some(review) = &result.review else { return Ok(()) };
    let says_why = review.no_findings_reason.as_deref().is_some_and(|why| !why.trim().is_empty());
    require(
        review.mode == ReviewMode::None
            || review.evidence_status != Evidence::Complete
            || !review.findings.is_empty()
            || says_why,
        "/review/no_findings_reason".to_owned(),
        "must say why a complete review found nothing",
    )
}

fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.starts_with('/')
        && !path.contains('\0')
        && path.split('/').all(|part| part != "..")
}
