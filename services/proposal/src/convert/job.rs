//! Jobs on the wire: leases going out, what runners report coming in.

use std::time::Duration;

use pullwright_proto::{job as v1, proposal::PullRequestState as WireState};

use super::{proposal, time};
use crate::{
    domain::{
        Announcement, Generation, PullRequest, PullRequestState, Violations,
        generation::{Expected, Target},
        job::{Kind, Read},
        violation::has_length,
    },
    error::{Error, Result},
};

/// Longest node id and page of a pull request, in characters.
const LONGEST: usize = 1_000;
/// Most steps that are timed, and the longest name of one.
const STEPS: (usize, usize) = (32, 40);

/// Writes what a job does.
#[must_use]
pub fn kind(kind: Kind) -> v1::JobKind {
    match kind {
        Kind::OpenPullRequest => v1::JobKind::OpenPullRequest,
        Kind::ClosePullRequest => v1::JobKind::ClosePullRequest,
        Kind::CommentPullRequest => v1::JobKind::CommentPullRequest,
        Kind::TidyPullRequest => v1::JobKind::TidyPullRequest,
        Kind::Read(Read::PullRequests) => v1::JobKind::ReconcilePullRequests,
        Kind::Read(Read::DeliveryGaps) => v1::JobKind::FillDeliveryGaps,
        Kind::Read(Read::Webhook) => v1::JobKind::RegisterWebhook,
        Kind::Read(Read::Orphans) => v1::JobKind::SweepOrphans,
    }
}

/// Reads what jobs do; none when it is not said or not known.
#[must_use]
pub fn read_kind(kind: i32) -> Option<Kind> {
    match v1::JobKind::try_from(kind) {
        Ok(v1::JobKind::OpenPullRequest) => Some(Kind::OpenPullRequest),
        Ok(v1::JobKind::ClosePullRequest) => Some(Kind::ClosePullRequest),
        Ok(v1::JobKind::CommentPullRequest) => Some(Kind::CommentPullRequest),
        Ok(v1::JobKind::TidyPullRequest) => Some(Kind::TidyPullRequest),
        Ok(v1::JobKind::ReconcilePullRequests) => Some(Kind::Read(Read::PullRequests)),
        Ok(v1::JobKind::FillDeliveryGaps) => Some(Kind::Read(Read::DeliveryGaps)),
        Ok(v1::JobKind::RegisterWebhook) => Some(Kind::Read(Read::Webhook)),
        Ok(v1::JobKind::SweepOrphans) => Some(Kind::Read(Read::Orphans)),
        Ok(v1::JobKind::Unspecified) | Err(_) => None,
    }
}

/// Writes a target.
#[must_use]
pub fn target(target: &Target) -> v1::Target {
    v1::Target {
        repository_id: target.repository_id.to_string(),
        host: target.host.clone(),
        owner: target.owner.clone(),
        name: target.name.clone(),
        base_branch: target.base_branch.clone(),
        config_path: target.config_path.clone(),
        declared_params_json: target.declared_params_json.clone(),
    }
}

/// Writes who commits.
#[must_use]
pub fn identity(generation: &Generation) -> v1::CommitIdentity {
    v1::CommitIdentity {
        name: generation.author_name.clone(),
        email: generation.author_email.clone(),
    }
}

/// Writes an announcement.
#[must_use]
pub fn announcement(announcement: Announcement) -> v1::Announcement {
    v1::Announcement { base_oid: announcement.base_oid, head_oid: announcement.head_oid }
}

/// Reads an announcement.
///
/// # Errors
/// An object id is malformed.
pub fn read_announcement(given: v1::Announcement) -> Result<Announcement> {
    let mut violations = Violations::default();
    check_oid("announcement.base_oid", &given.base_oid, &mut violations);
    check_oid("announcement.head_oid", &given.head_oid, &mut violations);
    Error::check(violations)?;
    Ok(Announcement { base_oid: given.base_oid, head_oid: given.head_oid })
}

/// Reads what somebody wants opened and nothing else, among other fields; empty means that any will do.
pub fn read_expected(
    base_oid: String,
    patch_sha256: String,
    violations: &mut Violations,
) -> Expected {
    let base_oid = Some(base_oid).filter(|oid| !oid.is_empty());
    let patch_sha256 = Some(patch_sha256).filter(|sha256| !sha256.is_empty());
    if let Some(oid) = &base_oid {
        check_oid("expected_base_oid", oid, violations);
    }
    if let Some(sha256) = &patch_sha256 {
        check_sha256("expected_patch_sha256", sha256, violations);
    }
    Expected { base_oid, patch_sha256 }
}

/// Reads which patch a runner opened; none when it built none.
///
/// # Errors
/// It is no SHA-256.
pub fn read_patch(sha256: &str) -> Result<Option<&str>> {
    let mut violations = Violations::default();
    if !sha256.is_empty() {
        check_sha256("opened.patch_sha256", sha256, &mut violations);
    }
    Error::check(violations)?;
    Ok(Some(sha256).filter(|sha256| !sha256.is_empty()))
}

/// Writes a pull request.
#[must_use]
pub fn pull_request(pull: &PullRequest) -> v1::PullRequestRef {
    v1::PullRequestRef {
        number: pull.number,
        node_id: pull.node_id.clone(),
        url: pull.url.clone(),
        head_oid: pull.head_oid.clone(),
        base_oid: pull.base_oid.clone(),
        state: proposal::pull_request_state(pull.state).into(),
        merged_at: pull.merged_at.map(time::message),
        updated_at: pull.updated_at.map(time::message),
    }
}

/// Reads what a runner says that GitHub reported about a pull request on `host`.
///
/// # Errors
/// A field is missing or malformed, or the page is on another host.
pub fn read_pull_request(
    field: &str,
    given: v1::PullRequestRef,
    host: &str,
) -> Result<PullRequest> {
    let mut violations = Violations::default();
    let at = |name: &str| format!("{field}.{name}");
    violations.require(given.number >= 1, at("number"), "must be 1 or more");
    violations.require(
        has_length(&given.node_id, LONGEST),
        at("node_id"),
        "must be GitHub's node id",
    );
    let is_ours = given.url.strip_prefix(host).is_some_and(|path| path.starts_with('/'));
    violations.require(
        is_ours && has_length(&given.url, LONGEST),
        at("url"),
        format!("must be a page on {host}"),
    );
    check_oid(&at("head_oid"), &given.head_oid, &mut violations);
    check_oid(&at("base_oid"), &given.base_oid, &mut violations);
    let state = match given.state() {
        WireState::Open => Some(PullRequestState::Open),
        WireState::Closed => Some(PullRequestState::Closed),
        WireState::Merged => Some(PullRequestState::Merged),
        WireState::Unspecified => None,
    };
    violations.require(state.is_some(), at("state"), "must be open, closed or merged");
    // Without it nothing could tell a later delivery from an earlier one.
    violations.require(
        given.updated_at.is_some(),
        at("updated_at"),
        "must be GitHub's `updated_at`",
    );
    let merged_at = time::gather(at("merged_at"), given.merged_at, &mut violations);
    let updated_at = time::gather(at("updated_at"), given.updated_at, &mut violations);
    Error::check(violations)?;
    Ok(PullRequest {
        number: given.number,
        node_id: given.node_id,
        url: given.url,
        state: state.unwrap_or(PullRequestState::Open),
        head_oid: given.head_oid,
        base_oid: given.base_oid,
        merged_at,
        updated_at,
    })
}

/// Reads how long steps took: name of the fact and milliseconds.
///
/// # Errors
/// A step has no duration, or its name is not a short word.
pub fn read_steps(given: Vec<v1::StepTiming>) -> Result<Vec<(String, u128)>> {
    let (most, longest) = STEPS;
    if given.len() > most {
        return Err(Error::invalid("steps", format!("must hold at most {most} steps")));
    }
    given
        .into_iter()
        .enumerate()
        .map(|(index, step)| {
            let is_word = |text: &str| {
                has_length(text, longest)
                    && text
                        .bytes()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
            };
            if !is_word(&step.step) {
                let rule = format!("must be 1 to {longest} of `a-z`, `0-9`, `_`");
                return Err(Error::invalid(format!("steps[{index}].step"), rule));
            }
            let took = duration(&format!("steps[{index}].duration"), step.duration)?;
            Ok((format!("{}_ms", step.step), took.as_millis()))
        })
        .collect()
}

/// Reads a duration that must be there.
///
/// # Errors
/// It is absent or negative.
pub fn duration(field: &str, given: Option<prost_types::Duration>) -> Result<Duration> {
    given
        .and_then(|given| Duration::try_from(given).ok())
        .ok_or_else(|| Error::invalid(field, "must be set, and not be negative"))
}

/// Writes a duration.
#[must_use]
pub fn write_duration(duration: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or_default(),
    }
}

fn check_oid(field: &str, oid: &str, violations: &mut Violations) {
    let is_oid = matches!(oid.len(), 40 | 64) && is_hex(oid);
    violations.require(
        is_oid,
        field,
        "must be an object id of 40 or 64 hexadecimal digits, in lower case",
    );
}

fn check_sha256(field: &str, sha256: &str, violations: &mut Violations) {
    let is_sha256 = sha256.len() == 64 && is_hex(sha256);
    violations.require(
        is_sha256,
        field,
        "must be a SHA-256 of 64 hexadecimal digits, in lower case",
    );
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'a'..=b'f'))
}
