//! The code catalogue: RelyLoop §4.3 as `decisions.md` 1, 2, 3 and 13 have it, with the codes that came with the whole contract.
//!
//! Written from those documents and not from the services' own table, which is what is tested.

/// How a code is answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The code.
    pub(super) code: &'static str,
    /// The status.
    pub(super) status: u16,
    /// Whether the same call may succeed later.
    pub(super) retryable: bool,
}

const fn entry(code: &'static str, status: u16, retryable: bool) -> Entry {
    Entry { code, status, retryable }
}

/// Every code that a caller may meet.
pub(super) const ALL: &[Entry] = &[
    entry("VALIDATION_ERROR", 422, false),
    entry("UNAUTHENTICATED", 401, false),
    entry("PERMISSION_DENIED", 403, false),
    entry("PAYLOAD_TOO_LARGE", 413, false),
    entry("SERVICE_UNAVAILABLE", 503, true),
    entry("RESOURCE_NOT_FOUND", 404, false),
    entry("HTTP_ERROR", 400, false),
    entry("INVALID_SIGNATURE", 403, false),
    entry("DELIVERY_CONFLICT", 409, false),
    entry("PROPOSAL_NOT_FOUND", 404, false),
    entry("STUDY_NOT_FOUND", 404, false),
    entry("DIGEST_NOT_READY", 404, true),
    entry("CLUSTER_NOT_FOUND", 404, false),
    entry("TEMPLATE_NOT_FOUND", 404, false),
    entry("CONFIG_REPO_NOT_FOUND", 404, false),
    entry("LOCK_NOT_FOUND", 404, false),
    entry("DELIVERY_NOT_FOUND", 404, false),
    entry("WEBHOOK_SECRET_NOT_CONFIGURED", 409, false),
    entry("SECRETS_READ_ONLY", 409, false),
    entry("DIGEST_NOT_FOUND", 404, false),
    entry("JUDGMENT_LIST_NOT_FOUND", 404, false),
    entry("QUERY_SET_NOT_FOUND", 404, false),
    entry("INVALID_STATE_TRANSITION", 409, false),
    entry("CLUSTER_HAS_NO_CONFIG_REPO", 422, false),
    entry("GITHUB_NOT_CONFIGURED", 503, true),
    entry("UNSUPPORTED_PROVIDER", 400, false),
    entry("AUTH_REF_NOT_FOUND", 400, true),
    entry("AUTH_REF_IN_USE", 409, false),
    entry("CONFIG_REPO_NAME_TAKEN", 409, false),
    entry("CONFIG_REPO_URL_TAKEN", 409, false),
    entry("CLUSTER_NAME_TAKEN", 409, false),
    entry("ETAG_MISMATCH", 409, false),
    entry("CONFIG_REPO_IN_USE", 409, false),
    entry("CLUSTER_IN_USE", 409, false),
    entry("TEMPLATE_IN_USE", 409, false),
    entry("IDEMPOTENCY_KEY_REUSED", 422, false),
    entry("IDEMPOTENCY_KEY_IN_USE", 409, true),
    entry("BRANCH_EXISTS", 422, false),
    entry("PARAM_NOT_IN_TEMPLATE", 422, false),
    entry("PARAMS_FILE_NOT_FOUND", 422, false),
    entry("NO_CHANGE", 422, false),
    entry("PARAM_CONFLICT", 422, false),
    entry("PATH_REFUSED", 422, false),
    entry("BASE_BRANCH_NOT_FOUND", 422, false),
    entry("CONFIG_PATH_INVALID", 422, false),
    entry("CLONE_FAILED", 503, true),
    entry("GITHUB_AUTH_FAILED", 503, true),
    entry("STUDY_HAS_DEPENDENT_PROPOSAL", 409, false),
    entry("STUDY_HAS_DEPENDENT_DIGEST", 409, false),
    entry("JUDGMENT_LIST_HAS_DEPENDENT_STUDY", 409, false),
    entry("QUERY_SET_HAS_DEPENDENT_STUDY", 409, false),
    entry("QUERY_SET_HAS_DEPENDENT_JUDGMENT_LIST", 409, false),
    entry("QUERY_TEMPLATE_HAS_DEPENDENT_STUDY", 409, false),
    entry("QUERY_TEMPLATE_HAS_DEPENDENT_PROPOSAL", 409, false),
    entry("QUERY_TEMPLATE_HAS_DEPENDENT_JUDGMENT_LIST", 409, false),
];

/// Reasons of the contract that no call over REST ends with, each with why.
pub(super) const OUT_OF_REACH: &[(&str, &str)] = &[
    ("UNSPECIFIED", "is never sent"),
    (
        "INTERNAL_ERROR",
        "is our fault: whoever finds a way has found a bug; the ingress' own tests provoke it with a fake core",
    ),
    ("LEASE_LOST", "is told to runners, which hold leases; REST has no call of theirs"),
    ("JOB_NOT_FOUND", "is told to runners, which know jobs; REST has no call that names one"),
    ("PUSH_REFUSED", "ends jobs only: a preview pushes nothing"),
    (
        "GITHUB_API_FAILED",
        "ends jobs only: a preview asks git alone, and a check tells it in its lines",
    ),
    ("PREVIEW_OUTDATED", "ends jobs only: what is expected is left aside by a preview"),
    (
        "LOCK_UNAVAILABLE",
        "sends jobs back: a preview takes no lock, and calls about locks say SERVICE_UNAVAILABLE",
    ),
    (
        "APP_NOT_FOUND",
        "is told to runners, which ask for an App's token; REST has no call about Apps",
    ),
    ("PULL_REQUEST_GONE", "ends looks of a runner only; `why` tells it"),
    (
        "WEBHOOK_URL_NOT_CONFIGURED",
        "stands in `webhook_registration_error`: no call registers a hook",
    ),
    ("WEBHOOK_REFUSED", "stands in `webhook_registration_error`: no call registers a hook"),
    ("RUNNER_STOPPING", "sends jobs back: a runner that stops answers no more questions"),
];

/// The entry of a code.
pub(super) fn of(code: &str) -> Entry {
    *ALL.iter().find(|entry| entry.code == code).unwrap_or_else(|| panic!("no code {code}"))
}
