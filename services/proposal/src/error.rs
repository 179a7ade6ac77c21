//! What can go wrong in the ledger, and how it looks from outside.

use std::time::Duration;

use pullwright_pg::PgError;
use pullwright_proto::error::ErrorReason;
use pullwright_rpc::{Explain, Refusal, Violation};
use thiserror::Error as ThisError;
use tonic::Code;
use uuid::Uuid;

use crate::domain::{Proposal, Status, Violations};

/// A result of the ledger.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in the ledger.
#[derive(Debug, ThisError)]
pub enum Error {
    /// Fields are missing or malformed; never empty.
    #[error("{}", first(.0))]
    Invalid(Vec<Violation>),
    /// No proposal has this id.
    #[error("no proposal {0}")]
    ProposalNotFound(Uuid),
    /// No study has this id.
    #[error("no study {0}")]
    StudyNotFound(Uuid),
    /// The study has no digest yet.
    #[error("study {0} has no digest yet")]
    DigestNotReady(Uuid),
    /// No cluster has this id.
    #[error("no cluster {0}")]
    ClusterNotFound(Uuid),
    /// No query template has this id.
    #[error("no query template {0}")]
    TemplateNotFound(Uuid),
    /// No job has this id.
    #[error("no job {0}")]
    JobNotFound(Uuid),
    /// The proposal's state does not allow this.
    #[error("proposal {id} is {status}: {problem}")]
    InvalidStateTransition {
        /// The proposal.
        id: Uuid,
        /// Where it stands.
        status: Status,
        /// Why that does not allow the call.
        problem: &'static str,
    },
    /// The proposal's cluster is not wired to a config repository.
    #[error("cluster {cluster} has no config repository")]
    ClusterHasNoConfigRepo {
        /// The cluster's name.
        cluster: String,
    },
    /// No credential for the config repository can be had.
    #[error("no credential for {repository}: {problem}")]
    GithubNotConfigured {
        /// Host, owner and name.
        repository: String,
        /// Why not; names the reference, never a value.
        problem: String,
    },
    /// The lease's token is old, revoked or expired.
    #[error("the lease of lane {lane} is lost")]
    LeaseLost {
        /// The lane, or the job's id when the lane is not known.
        lane: String,
    },
    /// The delivery's id was used before with another body.
    #[error("delivery {delivery_id} was recorded before with another body")]
    DeliveryConflict {
        /// GitHub's id of the delivery.
        delivery_id: String,
    },
    /// The registry is away.
    #[error("the registry is away")]
    RegistryAway(#[source] Refusal),
    /// The registry refused in a way that we do not expect.
    #[error("the registry refused")]
    Registry(#[source] Refusal),
    /// The registry answered with something that is not in the contract.
    #[error("the registry answered without a well-formed {0}")]
    RegistryAnswer(&'static str),
    /// The database refused or is away.
    #[error("the database did not do what it was asked")]
    Database(#[from] PgError),
    /// A row holds something that the ledger does not know.
    #[error("column {column} holds `{value}`")]
    Unreadable {
        /// Table and column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
}

impl Error {
    /// A violation of one rule by one field.
    pub fn invalid(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(field, rule)])
    }

    /// What a guarded statement that changed nothing means for a proposal that was read under its lock.
    ///
    /// # Errors
    /// `changed` is false.
    pub fn unless_changed(changed: bool, proposal: &Proposal, problem: &'static str) -> Result<()> {
        match changed {
            true => Ok(()),
            false => Err(Self::InvalidStateTransition {
                id: proposal.id,
                status: proposal.status,
                problem,
            }),
        }
    }

    /// A row that holds something that the ledger does not know.
    pub fn unreadable(column: &'static str, value: impl Into<String>) -> Self {
        Self::Unreadable { column, value: value.into() }
    }

    /// Fails when there are violations.
    ///
    /// # Errors
    /// There are some.
    pub fn check(violations: Violations) -> Result<()> {
        let violations = violations.into_vec();
        if violations.is_empty() {
            return Ok(());
        }
        Err(Self::Invalid(
            violations.into_iter().map(|one| Violation::new(one.field, one.rule)).collect(),
        ))
    }

    /// Whether the same call may succeed later because only a dependency was away.
    fn is_away(&self) -> bool {
        match self {
            Self::RegistryAway(_) => true,
            Self::Database(error) => {
                error.is_retryable()
                    || matches!(error, PgError::CommitUnknown(_) | PgError::Timeout(_))
            }
            _ => false,
        }
    }
}

fn first(violations: &[Violation]) -> String {
    match violations {
        [] => "the request is malformed".to_owned(),
        [one] => format!("{} {}", one.field, one.rule),
        [one, rest @ ..] => format!("{} {} (and {} more)", one.field, one.rule, rest.len()),
    }
}

impl Explain for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_) => Code::InvalidArgument,
            Self::ProposalNotFound(_)
            | Self::StudyNotFound(_)
            | Self::DigestNotReady(_)
            | Self::ClusterNotFound(_)
            | Self::TemplateNotFound(_)
            | Self::JobNotFound(_) => Code::NotFound,
            Self::InvalidStateTransition { .. } | Self::ClusterHasNoConfigRepo { .. } => {
                Code::FailedPrecondition
            }
            Self::LeaseLost { .. } => Code::Aborted,
            Self::DeliveryConflict { .. } => Code::AlreadyExists,
            Self::GithubNotConfigured { .. } | Self::RegistryAway(_) => Code::Unavailable,
            Self::Database(_) if self.is_away() => Code::Unavailable,
            Self::Registry(_)
            | Self::RegistryAnswer(_)
            | Self::Database(_)
            | Self::Unreadable { .. } => Code::Internal,
        }
    }

    fn reason(&self) -> ErrorReason {
        match self {
            Self::Invalid(_) => ErrorReason::ValidationError,
            Self::ProposalNotFound(_) => ErrorReason::ProposalNotFound,
            Self::StudyNotFound(_) => ErrorReason::StudyNotFound,
            Self::DigestNotReady(_) => ErrorReason::DigestNotReady,
            Self::ClusterNotFound(_) => ErrorReason::ClusterNotFound,
            Self::TemplateNotFound(_) => ErrorReason::TemplateNotFound,
            Self::JobNotFound(_) => ErrorReason::JobNotFound,
            Self::InvalidStateTransition { .. } => ErrorReason::InvalidStateTransition,
            Self::ClusterHasNoConfigRepo { .. } => ErrorReason::ClusterHasNoConfigRepo,
            Self::GithubNotConfigured { .. } => ErrorReason::GithubNotConfigured,
            Self::LeaseLost { .. } => ErrorReason::LeaseLost,
            Self::DeliveryConflict { .. } => ErrorReason::DeliveryConflict,
            Self::RegistryAway(_) => ErrorReason::ServiceUnavailable,
            Self::Database(_) if self.is_away() => ErrorReason::ServiceUnavailable,
            Self::Registry(_)
            | Self::RegistryAnswer(_)
            | Self::Database(_)
            | Self::Unreadable { .. } => ErrorReason::InternalError,
        }
    }

    fn metadata(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::ProposalNotFound(id) => vec![("proposal_id", id.to_string())],
            Self::StudyNotFound(id) | Self::DigestNotReady(id) => {
                vec![("study_id", id.to_string())]
            }
            Self::ClusterNotFound(id) => vec![("cluster_id", id.to_string())],
            Self::TemplateNotFound(id) => vec![("template_id", id.to_string())],
            Self::JobNotFound(id) => vec![("job_id", id.to_string())],
            Self::InvalidStateTransition { id, status, .. } => {
                vec![("proposal_id", id.to_string()), ("status", status.to_string())]
            }
            Self::ClusterHasNoConfigRepo { cluster } => vec![("cluster", cluster.clone())],
            Self::GithubNotConfigured { repository, .. } => {
                vec![("repository", repository.clone())]
            }
            Self::LeaseLost { lane } => vec![("lane", lane.clone())],
            Self::DeliveryConflict { delivery_id } => vec![("delivery_id", delivery_id.clone())],
            Self::Invalid(_)
            | Self::RegistryAway(_)
            | Self::Registry(_)
            | Self::RegistryAnswer(_)
            | Self::Database(_)
            | Self::Unreadable { .. } => Vec::new(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(violations) => violations.clone(),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        const SOON: Duration = Duration::from_secs(1);
        const WHEN_CONFIGURED: Duration = Duration::from_secs(30);
        match self {
            Self::GithubNotConfigured { .. } => Some(WHEN_CONFIGURED),
            Self::DigestNotReady(_) => Some(WHEN_CONFIGURED),
            other if other.is_away() => Some(SOON),
            _ => None,
        }
    }
}
