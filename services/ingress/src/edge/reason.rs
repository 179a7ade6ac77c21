//! From a reason to an HTTP answer: the one table.

use axum::http::StatusCode;
use pullwright_proto::error::ErrorReason;

/// How a reason looks over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The envelope's `error_code`.
    pub code: &'static str,
    /// Whether the same call may succeed later.
    pub retryable: bool,
}

/// How `reason` looks over HTTP when the ledger or the registry says it. Reasons that only a job can end with are our fault when
/// they come up there (RelyLoop §4.3: they are never an answer).
#[must_use]
pub fn answer_to(reason: ErrorReason) -> Answer {
    use ErrorReason as R;
    let (status, retryable) = match reason {
        R::UnsupportedProvider => (StatusCode::BAD_REQUEST, false),
        // Somebody may put the secret into its folder and try again.
        R::AuthRefNotFound => (StatusCode::BAD_REQUEST, true),
        R::Unauthenticated => (StatusCode::UNAUTHORIZED, false),
        R::PermissionDenied | R::InvalidSignature => (StatusCode::FORBIDDEN, false),
        R::ResourceNotFound
        | R::ProposalNotFound
        | R::StudyNotFound
        | R::ClusterNotFound
        | R::TemplateNotFound
        | R::ConfigRepoNotFound
        | R::JobNotFound
        | R::DeliveryNotFound
        | R::AppNotFound
        | R::LockNotFound
        | R::DigestNotFound
        | R::JudgmentListNotFound
        | R::QuerySetNotFound => (StatusCode::NOT_FOUND, false),
        R::DigestNotReady => (StatusCode::NOT_FOUND, true),
        R::InvalidStateTransition
        | R::DeliveryConflict
        | R::LeaseLost
        | R::AuthRefInUse
        | R::ConfigRepoNameTaken
        | R::ConfigRepoUrlTaken
        | R::ClusterNameTaken
        | R::EtagMismatch
        | R::WebhookSecretNotConfigured
        | R::SecretsReadOnly
        | R::ConfigRepoInUse
        | R::ClusterInUse
        | R::TemplateInUse
        | R::StudyHasDependentProposal
        | R::StudyHasDependentDigest
        | R::JudgmentListHasDependentStudy
        | R::QuerySetHasDependentStudy
        | R::QuerySetHasDependentJudgmentList
        | R::QueryTemplateHasDependentStudy
        | R::QueryTemplateHasDependentProposal
        | R::QueryTemplateHasDependentJudgmentList => (StatusCode::CONFLICT, false),
        // The first call is on its way; asked again in a moment, its answer is there.
        R::IdempotencyKeyInUse => (StatusCode::CONFLICT, true),
        R::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, false),
        R::ValidationError | R::ClusterHasNoConfigRepo | R::IdempotencyKeyReused => {
            (StatusCode::UNPROCESSABLE_ENTITY, false)
        }
        R::ServiceUnavailable | R::GithubNotConfigured => (StatusCode::SERVICE_UNAVAILABLE, true),
        R::Unspecified
        | R::InternalError
        | R::CloneFailed
        | R::BranchExists
        | R::ParamNotInTemplate
        | R::ParamsFileNotFound
        | R::GithubApiFailed
        | R::NoChange
        | R::ParamConflict
        | R::PathRefused
        | R::BaseBranchNotFound
        | R::PushRefused
        | R::GithubAuthFailed
        | R::ConfigPathInvalid
        | R::PreviewOutdated
        | R::PullRequestGone
        | R::WebhookUrlNotConfigured
        | R::WebhookRefused
        | R::LockUnavailable
        | R::RunnerStopping => (StatusCode::INTERNAL_SERVER_ERROR, false),
    };
    shown(reason, status, retryable)
}

/// How `reason` looks over HTTP when a runner says it: what a job would end with is what a preview was asked for. Reasons that need
/// a push, a lock or GitHub's REST API are our fault here, too: a preview has none of them.
#[must_use]
pub fn answer_of_runner(reason: ErrorReason) -> Answer {
    use ErrorReason as R;
    let (status, retryable) = match reason {
        // The proposal, its template, the file or the repository must change first.
        R::BranchExists
        | R::ParamNotInTemplate
        | R::ParamsFileNotFound
        | R::NoChange
        | R::ParamConflict
        | R::PathRefused
        | R::BaseBranchNotFound
        | R::ConfigPathInvalid => (StatusCode::UNPROCESSABLE_ENTITY, false),
        // GitHub or the credential's file is not as it should be for now.
        R::CloneFailed | R::GithubAuthFailed => (StatusCode::SERVICE_UNAVAILABLE, true),
        other => return answer_to(other),
    };
    shown(reason, status, retryable)
}

/// The reasons that a preview may end with, beside those of `open_pr`.
pub(crate) const OF_PREVIEWS: &[ErrorReason] = &[
    ErrorReason::BranchExists,
    ErrorReason::ParamNotInTemplate,
    ErrorReason::ParamsFileNotFound,
    ErrorReason::NoChange,
    ErrorReason::ParamConflict,
    ErrorReason::PathRefused,
    ErrorReason::BaseBranchNotFound,
    ErrorReason::ConfigPathInvalid,
    ErrorReason::CloneFailed,
    ErrorReason::GithubAuthFailed,
];

fn shown(reason: ErrorReason, status: StatusCode, retryable: bool) -> Answer {
    use ErrorReason as R;
    let shown = if status == StatusCode::INTERNAL_SERVER_ERROR { R::InternalError } else { reason };
    Answer { status, code: shown.reason(), retryable }
}
