//! Why a job's attempt ended, under which reason it is stored, and whether trying again helps.

use std::time::Duration;

use pullwright_github::{GithubError, Retry};
use pullwright_params::{DeclaredError, EditError};
use pullwright_proto::{error::ErrorReason, job::retry::When};
use pullwright_rpc::{Refusal, explain::chain};
use pullwright_types::Malformed;

use crate::{git::GitError, ledger::LedgerError, lock::LockError};

/// The end of an attempt.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The ledger did not answer, or the lease is lost.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The keyring gave no credential.
    #[error(transparent)]
    Keyring(#[from] Refusal),
    /// The lock could not be had.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Git work failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A call to GitHub failed.
    #[error(transparent)]
    Github(#[from] GithubError),
    /// The params file cannot be edited as asked.
    #[error(transparent)]
    Params(#[from] EditError),
    /// The template's declared parameters cannot be read.
    #[error(transparent)]
    Declared(#[from] DeclaredError),
    /// The cluster's folder is unset or malformed.
    #[error("the cluster's config_path {rule}")]
    ConfigPath {
        /// What is wrong with it.
        rule: &'static str,
    },
    /// The job names something that is not of the form it must have.
    #[error("the job's {field} {source}")]
    Spec {
        /// The part of the job.
        field: &'static str,
        /// The form that is asked for.
        source: Malformed,
    },
    /// The job's host is not configured here.
    #[error("the host {host} is not configured on this runner; add it to GITHUB_HOSTS_FILE")]
    UnknownHost {
        /// The host's web address.
        host: String,
    },
    /// Nobody told this runner where GitHub reaches us.
    #[error(
        "RUNNER_WEBHOOK_URL is not set on the runner: set it to the public address of ingress' receiver, such as https://pullwright.example/webhooks/github, and restart the runner"
    )]
    NoWebhookUrl,
    /// A hook could not be looked at, created or changed.
    #[error("{remedy}")]
    Hook {
        /// What happened, and what to do about it.
        remedy: String,
        /// What GitHub answered.
        source: Box<GithubError>,
    },
    /// The repository's name is another repository's now.
    #[error(
        "the name {full_name} is another repository's now: GitHub's id of it is {now} and was {known}; register it anew"
    )]
    AnotherRepository {
        /// The name.
        full_name: String,
        /// GitHub's id of the repository that was registered.
        known: i64,
        /// GitHub's id of the one that has the name.
        now: i64,
    },
    /// The remote may or may not have taken an effect, and a look at it did not tell yet.
    #[error("the outcome of the {what} is not known yet")]
    Unsettled {
        /// The effect.
        what: &'static str,
    },
    /// A pull request stands on our branch that is not this proposal's.
    #[error("pull request {url} stands on our branch and was not made by us")]
    ForeignPullRequest {
        /// Its page.
        url: String,
    },
    /// The pull request would not be the one that was previewed.
    #[error("{what}; preview it again, and open what is shown then")]
    PreviewOutdated {
        /// What is another one than was expected.
        what: String,
    },
    /// The runner is asked to stop.
    #[error("the runner is stopping")]
    Stopping,
}

/// Locks and shutdowns are over soon; a rate limit says itself how long it lasts.
const SOON: Duration = Duration::from_secs(5);

impl JobError {
    /// A job whose kind does not belong into its lane, or is not known here.
    #[must_use]
    pub fn unknown_kind() -> Self {
        let source = Malformed { rule: "is of a kind that this runner does not know" };
        Self::Spec { field: "spec", source }
    }

    /// The reason under which the attempt's end is stored.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        let reason = match self {
            Self::Git(error) => return error.code(),
            Self::Params(error) => return error.code(),
            Self::Github(GithubError::AuthFailed { .. }) => ErrorReason::GithubAuthFailed,
            Self::Github(_) => ErrorReason::GithubApiFailed,
            Self::Hook { source, .. } => match &**source {
                GithubError::AuthFailed { .. } => ErrorReason::GithubAuthFailed,
                GithubError::Forbidden { .. }
                | GithubError::NotFound { .. }
                | GithubError::Gone { .. }
                | GithubError::Validation { .. } => ErrorReason::WebhookRefused,
                _ => ErrorReason::GithubApiFailed,
            },
            Self::NoWebhookUrl => ErrorReason::WebhookUrlNotConfigured,
            Self::AnotherRepository { .. } => ErrorReason::PullRequestGone,
            Self::Ledger(LedgerError::LeaseLost) => ErrorReason::LeaseLost,
            Self::Ledger(LedgerError::Refused(refusal)) | Self::Keyring(refusal) => refusal.reason,
            Self::Lock(_) => ErrorReason::LockUnavailable,
            Self::Declared(_) => ErrorReason::ParamNotInTemplate,
            Self::ConfigPath { .. } => ErrorReason::ConfigPathInvalid,
            Self::Spec { .. } => ErrorReason::InternalError,
            Self::UnknownHost { .. } => ErrorReason::UnsupportedProvider,
            Self::Unsettled { .. } => ErrorReason::GithubApiFailed,
            Self::ForeignPullRequest { .. } => ErrorReason::BranchExists,
            Self::PreviewOutdated { .. } => ErrorReason::PreviewOutdated,
            Self::Stopping => ErrorReason::RunnerStopping,
        };
        reason.reason()
    }

    /// Whether trying again helps.
    #[must_use]
    pub fn retry(&self) -> When {
        match self {
            Self::Git(error) => when(error.retry()),
            Self::Github(error) => when(error.retry()),
            Self::Hook { source, .. } => when(source.retry()),
            Self::Ledger(_) | Self::Unsettled { .. } => When::Backoff(()),
            Self::Keyring(refusal) if refusal.is_unavailable() => When::Backoff(()),
            Self::Lock(_) => after(SOON),
            Self::Stopping => after(Duration::ZERO),
            Self::Keyring(_)
            | Self::Params(_)
            | Self::Declared(_)
            | Self::ConfigPath { .. }
            | Self::Spec { .. }
            | Self::UnknownHost { .. }
            | Self::NoWebhookUrl
            | Self::AnotherRepository { .. }
            | Self::ForeignPullRequest { .. }
            | Self::PreviewOutdated { .. } => When::Never(()),
        }
    }

    /// The whole chain of causes, for the ledger; the caller redacts it.
    #[must_use]
    pub fn text(&self) -> String {
        chain(self)
    }

    /// Whether the lease is lost: nothing may be recorded any more.
    #[must_use]
    pub fn is_lease_lost(&self) -> bool {
        matches!(self, Self::Ledger(LedgerError::LeaseLost) | Self::Lock(LockError::Superseded))
    }
}

fn when(retry: Retry) -> When {
    match retry {
        Retry::Never => When::Never(()),
        Retry::After(duration) => after(duration),
        Retry::Backoff => When::Backoff(()),
    }
}

fn after(duration: Duration) -> When {
    // A duration that does not fit is beyond any wait that makes sense.
    duration.try_into().map_or(When::Backoff(()), When::After)
}
