//! What can go wrong in the ledger, and how it looks from outside.

use std::time::Duration;

use pullwright_pg::{PgError, idempotency::ClaimError};
use pullwright_proto::error::ErrorReason;
use pullwright_rpc::{Explain, Refusal, Violation};
use thiserror::Error as ThisError;
use tonic::Code;
use uuid::Uuid;

use crate::{
    convert::usage,
    domain::{
        Proposal, Status, Violations,
        usage::{Dependent, Need, Resource},
    },
};

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
    #[error(
        "cluster {cluster} is wired to no config repository: set its config_repo_id and config_path, then ask again"
    )]
    ClusterHasNoConfigRepo {
        /// The cluster's name.
        cluster: String,
    },
    /// What the proposal is for was deleted.
    #[error("{deleted} was deleted, so there is nowhere to open a pull request: {remedy}")]
    TargetDeleted {
        /// The cluster's name.
        cluster: String,
        /// What was deleted, by name.
        deleted: String,
        /// What a person can do.
        remedy: &'static str,
    },
    /// An unfinished proposal needs what is to be deleted.
    #[error("{resource} {id} {need}")]
    InUse {
        /// What is to be deleted.
        resource: Resource,
        /// Its id.
        id: Uuid,
        /// Who needs it.
        need: Need,
    },
    /// Something that was made of it must be deleted first.
    #[error("{} {id} has a {}: delete that first", dependent.nouns().0, dependent.nouns().1)]
    HasDependent {
        /// What is to be deleted.
        id: Uuid,
        /// What depends on it.
        dependent: Dependent,
    },
    /// What is needed is being deleted, or was deleted after the registry was asked about it.
    #[error("{what} is being deleted or was deleted a moment ago: ask again")]
    BeingDeleted {
        /// Its id.
        id: Uuid,
        /// What it is, by name.
        what: String,
    },
    /// No digest has this id.
    #[error("no digest {0}")]
    DigestNotFound(Uuid),
    /// No judgment list has this id.
    #[error("no judgment list {0}")]
    JudgmentListNotFound(Uuid),
    /// No query set has this id.
    #[error("no query set {0}")]
    QuerySetNotFound(Uuid),
    /// The registry refused, and the caller is to hear it as it was said.
    #[error("{0}")]
    Refused(Refusal),
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
    /// No delivery has this id.
    #[error("no delivery {0}")]
    DeliveryNotFound(Uuid),
    /// The delivery's id was used before with another body.
    #[error("delivery {delivery_id} was recorded before with another body")]
    DeliveryConflict {
        /// GitHub's id of the delivery.
        delivery_id: String,
    },
    /// The request id was used before, with another method or content.
    #[error("this request id was used before, for another call; take a new one")]
    RequestIdReused,
    /// The first call with this request id is not over yet.
    #[error("the first call with this request id is not over yet; repeat it in a moment")]
    RequestIdInUse,
    /// This replica has as many watchers as it takes.
    #[error(
        "too many proposals are watched here; ask again later, or look at the proposal now and then"
    )]
    TooManyWatchers,
    /// The service stops, and what goes on without an end is ended.
    #[error("the service is about to stop; ask again, after the last event that was seen")]
    Stopping,
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
            Self::RegistryAway(_)
            | Self::BeingDeleted { .. }
            | Self::TooManyWatchers
            | Self::Stopping => true,
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

impl From<ClaimError> for Error {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Malformed => {
                Self::invalid("request_id", "must be 1 to 255 characters without NUL")
            }
            ClaimError::Reused => Self::RequestIdReused,
            ClaimError::InUse => Self::RequestIdInUse,
            ClaimError::Database(error) => Self::Database(error),
        }
    }
}

impl Explain for Error {
    fn code(&self) -> Code {
        match self {
            Self::Invalid(_) | Self::RequestIdReused => Code::InvalidArgument,
            Self::ProposalNotFound(_)
            | Self::StudyNotFound(_)
            | Self::DigestNotReady(_)
            | Self::ClusterNotFound(_)
            | Self::TemplateNotFound(_)
            | Self::DigestNotFound(_)
            | Self::JudgmentListNotFound(_)
            | Self::QuerySetNotFound(_)
            | Self::JobNotFound(_)
            | Self::DeliveryNotFound(_) => Code::NotFound,
            Self::Refused(refusal) => refusal.code,
            Self::TargetDeleted { .. } | Self::InUse { .. } | Self::HasDependent { .. } => {
                Code::FailedPrecondition
            }
            Self::InvalidStateTransition { .. } | Self::ClusterHasNoConfigRepo { .. } => {
                Code::FailedPrecondition
            }
            Self::LeaseLost { .. } | Self::RequestIdInUse => Code::Aborted,
            Self::DeliveryConflict { .. } => Code::AlreadyExists,
            Self::GithubNotConfigured { .. }
            | Self::RegistryAway(_)
            | Self::BeingDeleted { .. }
            | Self::TooManyWatchers
            | Self::Stopping => Code::Unavailable,
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
            Self::DeliveryNotFound(_) => ErrorReason::DeliveryNotFound,
            Self::InvalidStateTransition { .. } => ErrorReason::InvalidStateTransition,
            Self::ClusterHasNoConfigRepo { .. } => ErrorReason::ClusterHasNoConfigRepo,
            Self::GithubNotConfigured { .. } => ErrorReason::GithubNotConfigured,
            Self::LeaseLost { .. } => ErrorReason::LeaseLost,
            Self::DeliveryConflict { .. } => ErrorReason::DeliveryConflict,
            Self::RequestIdReused => ErrorReason::IdempotencyKeyReused,
            Self::RequestIdInUse => ErrorReason::IdempotencyKeyInUse,
            Self::TargetDeleted { .. } => ErrorReason::ClusterHasNoConfigRepo,
            Self::InUse { resource, .. } => usage::in_use(*resource),
            Self::HasDependent { dependent, .. } => usage::has_dependent(*dependent),
            Self::DigestNotFound(_) => ErrorReason::DigestNotFound,
            Self::JudgmentListNotFound(_) => ErrorReason::JudgmentListNotFound,
            Self::QuerySetNotFound(_) => ErrorReason::QuerySetNotFound,
            Self::Refused(refusal) => refusal.reason,
            Self::RegistryAway(_)
            | Self::BeingDeleted { .. }
            | Self::TooManyWatchers
            | Self::Stopping => ErrorReason::ServiceUnavailable,
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
            Self::DeliveryNotFound(id) => vec![("delivery_id", id.to_string())],
            Self::DigestNotFound(id) => vec![("digest_id", id.to_string())],
            Self::JudgmentListNotFound(id) => vec![("judgment_list_id", id.to_string())],
            Self::QuerySetNotFound(id) => vec![("query_set_id", id.to_string())],
            Self::HasDependent { id, .. } | Self::BeingDeleted { id, .. } => {
                vec![("id", id.to_string())]
            }
            Self::TargetDeleted { cluster, deleted, .. } => {
                vec![("cluster", cluster.clone()), ("deleted", deleted.clone())]
            }
            Self::InUse { id, need, .. } => vec![
                ("id", id.to_string()),
                ("proposal_id", need.proposal_id.to_string()),
                ("count", need.count.to_string()),
            ],
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
            | Self::RequestIdReused
            | Self::RequestIdInUse
            | Self::Refused(_)
            | Self::TooManyWatchers
            | Self::Stopping
            | Self::RegistryAway(_)
            | Self::Registry(_)
            | Self::RegistryAnswer(_)
            | Self::Database(_)
            | Self::Unreadable { .. } => Vec::new(),
        }
    }

    fn violations(&self) -> Vec<Violation> {
        match self {
            Self::Invalid(violations) | Self::Refused(Refusal { violations, .. }) => {
                violations.clone()
            }
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        const SOON: Duration = Duration::from_secs(1);
        const WHEN_CONFIGURED: Duration = Duration::from_secs(30);
        match self {
            Self::GithubNotConfigured { .. } => Some(WHEN_CONFIGURED),
            Self::DigestNotReady(_) => Some(WHEN_CONFIGURED),
            Self::RequestIdInUse => Some(SOON),
            other if other.is_away() => Some(SOON),
            _ => None,
        }
    }
}
