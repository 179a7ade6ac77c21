//! What can go wrong in the registry.

mod explain;

use pullwright_pg::{PgError, idempotency::ClaimError};
use thiserror::Error as ThisError;

use crate::{
    domain::{SecretKind, Violation, violation::shown},
    secrets::WriteError,
};

/// A result of the registry.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong in the registry.
#[derive(Debug, ThisError)]
pub enum Error {
    /// Fields are missing or malformed; never empty.
    #[error("{}", joined(.0))]
    Invalid(Vec<Violation>),
    /// A page of a list cannot be asked for like this; never empty.
    #[error("{}", listed(.0))]
    InvalidList(Vec<pullwright_rpc::Violation>),
    /// The repository's address is on no configured host.
    #[error("repo_url must be `{{host}}/{{owner}}/{{name}}` on a configured GitHub host: {hosts}")]
    UnsupportedProvider {
        /// The web addresses of the configured hosts.
        hosts: String,
    },
    /// No secret is named; an App installation would be needed.
    #[error("auth_ref is needed: GitHub App installations are not supported yet")]
    NoInstallation,
    /// The secret that `auth_ref` names cannot be a credential.
    #[error("auth_ref `{reference}` {problem}")]
    AuthRefNotFound {
        /// The reference.
        reference: String,
        /// What is wrong with it, as a sentence part.
        problem: String,
    },
    /// A secret belongs to another owner or another use.
    #[error("{field} `{reference}` {problem}")]
    AuthRefInUse {
        /// The field that names it.
        field: &'static str,
        /// The reference.
        reference: String,
        /// What stands against it, as a sentence part.
        problem: String,
    },
    /// A config repository with this name exists.
    #[error("a config repository named `{name}` exists")]
    ConfigRepoNameTaken {
        /// The name.
        name: String,
    },
    /// A config repository with this address exists.
    #[error("a config repository for `{url}` exists")]
    ConfigRepoUrlTaken {
        /// Its address, without `.git`.
        url: String,
    },
    /// A cluster with this name exists.
    #[error("a cluster named `{name}` exists")]
    ClusterNameTaken {
        /// The name.
        name: String,
    },
    /// No config repository has this id.
    #[error("no config repository has the id `{id}`")]
    ConfigRepoNotFound {
        /// The id as asked for.
        id: String,
    },
    /// No cluster has this id.
    #[error("no cluster has the id `{id}`")]
    ClusterNotFound {
        /// The id as asked for.
        id: String,
    },
    /// No query template has this id.
    #[error("no query template has the id `{id}`")]
    TemplateNotFound {
        /// The id as asked for.
        id: String,
    },
    /// The resource changed since its etag was read.
    #[error("the {kind} `{id}` changed since its etag was read: read it again, then decide again")]
    EtagMismatch {
        /// What it is.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// The request id was used for another call.
    #[error("`request_id` was used before, for a call with another content: take a new one")]
    RequestIdReused,
    /// The call that uses the request id is not over yet.
    #[error("the first call with this `request_id` is not over yet: repeat it in a moment")]
    RequestIdInUse,
    /// The credential of a repository cannot be had.
    #[error("the credential of {repository} cannot be had: secret `{reference}` {problem}")]
    NotConfigured {
        /// Owner and name.
        repository: String,
        /// The reference.
        reference: String,
        /// What is wrong with it, as a sentence part; never a value.
        problem: String,
    },
    /// The webhook secret of a repository cannot be had.
    #[error("the webhook secret of {repository} cannot be had: {problem}")]
    WebhookSecretNotConfigured {
        /// Owner and name.
        repository: String,
        /// What is wrong, as a sentence; never a value.
        problem: String,
    },
    /// The secrets folder cannot be written to.
    #[error(
        "the secrets folder {problem}: change the secret where it comes from: what `{reference}` holds goes into \
         `{reference}.previous` and a new secret into `{reference}`; the hooks then take it over by themselves"
    )]
    SecretsReadOnly {
        /// The secret.
        reference: String,
        /// Why not, as a sentence part.
        problem: WriteError,
    },
    /// A webhook secret was rotated before, and the one before it is still needed.
    #[error(
        "secret `{reference}` was changed before, and the hooks of {repositories} are not known to have it yet: wait until they do, \
         or remove `{reference}.previous` from the secrets folder to give up what they may still sign with"
    )]
    RotationUnderWay {
        /// The secret.
        reference: String,
        /// The names of the config repositories.
        repositories: String,
    },
    /// No GitHub App has this id.
    #[error("no GitHub App has the id `{id}`")]
    AppNotFound {
        /// The id as asked for.
        id: String,
    },
    /// An App cannot speak for itself.
    #[error(
        "the private key of the GitHub App {slug} cannot be had: secret `{reference}` {problem}"
    )]
    AppNotConfigured {
        /// Its name on GitHub.
        slug: String,
        /// The reference.
        reference: String,
        /// What is wrong with it, as a sentence part; never a value.
        problem: String,
    },
    /// A secret of a configured App has another use already.
    #[error("the GitHub App {slug} names secret `{reference}`, which is a {kind} already")]
    AppSecretInUse {
        /// Its name on GitHub.
        slug: String,
        /// The reference.
        reference: String,
        /// The other use.
        kind: SecretKind,
    },
    /// The repository is registered a second time, under a name that it had before.
    #[error(
        "{repository} is registered twice: another config repository is the same one, under a name that it had before"
    )]
    RegisteredTwice {
        /// Owner and name.
        repository: String,
    },
    /// The repository's name belongs to another repository by now.
    #[error(
        "{repository} on GitHub is another repository now (its id is {found}, registered is {known}): \
         delete the config repository and register it again if this is the one that is meant"
    )]
    AnotherRepository {
        /// Owner and name.
        repository: String,
        /// GitHub's id of the one that is registered.
        known: i64,
        /// GitHub's id of the one that has the name.
        found: i64,
    },
    /// The database did not do what it was asked.
    #[error("the registry's database {}", if is_away(.0) { "is away or busy" } else { "refused" })]
    Database(#[from] PgError),
    /// A row holds something that the registry does not know.
    #[error("column `{column}` cannot be read")]
    Unreadable {
        /// The column.
        column: &'static str,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<Vec<Violation>> for Error {
    fn from(violations: Vec<Violation>) -> Self {
        Self::Invalid(violations)
    }
}

impl From<ClaimError> for Error {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::Malformed => Self::Invalid(vec![Violation {
                field: "request_id",
                rule: "must be 1 to 255 characters without NUL, or empty".to_owned(),
            }]),
            ClaimError::Reused => Self::RequestIdReused,
            ClaimError::InUse => Self::RequestIdInUse,
            ClaimError::Database(error) => Self::Database(error),
        }
    }
}

impl Error {
    /// No config repository has the id that was asked for.
    pub(crate) fn no_config_repo(id: &str) -> Self {
        Self::ConfigRepoNotFound { id: shown(id) }
    }

    /// No cluster has the id that was asked for.
    pub(crate) fn no_cluster(id: &str) -> Self {
        Self::ClusterNotFound { id: shown(id) }
    }

    /// No query template has the id that was asked for.
    pub(crate) fn no_template(id: &str) -> Self {
        Self::TemplateNotFound { id: shown(id) }
    }

    /// No GitHub App has the id that was asked for.
    pub(crate) fn no_app(id: &str) -> Self {
        Self::AppNotFound { id: shown(id) }
    }

    fn is_away(&self) -> bool {
        matches!(self, Self::Database(error) if is_away(error))
    }
}

/// Whether the same call may succeed later because the database was only away or busy.
fn is_away(error: &PgError) -> bool {
    use PgError::{CommitUnknown, Serialization, Timeout, Unavailable};
    matches!(error, Unavailable(_) | CommitUnknown(_) | Serialization(_) | Timeout(_))
}

fn joined(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn listed(violations: &[pullwright_rpc::Violation]) -> String {
    let said = |violation: &pullwright_rpc::Violation| {
        let field = violation.field.strip_prefix("filter.").unwrap_or(&violation.field);
        format!("`{field}` {}", violation.rule)
    };
    violations.iter().map(said).collect::<Vec<_>>().join("; ")
}
