//! What can go wrong with the database, sorted by what a caller can do about it. It knows no status code of any transport.

use std::{error::Error, io};

use deadpool_postgres::PoolError;
use tokio_postgres::error::DbError;

use crate::sqlstate::{Class, class};

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum PgError {
    /// The server, a connection or a free place in the pool could not be had; nothing was changed by this statement's transaction.
    #[error("the database is away")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The connection was lost while committing: the transaction may or may not have happened, and only a read tells.
    #[error("the outcome of the commit is unknown")]
    CommitUnknown(#[source] Box<dyn Error + Send + Sync>),
    /// A row with these values is there already.
    #[error("a row conflicts under {constraint}")]
    Conflict {
        /// The unique or exclusion constraint, or the unique index.
        constraint: String,
        /// The server's answer.
        source: tokio_postgres::Error,
    },
    /// Lost against another transaction: a serialization failure, a deadlock or a lock that was not waited for.
    #[error("the transaction lost against another one")]
    Serialization(#[source] tokio_postgres::Error),
    /// A value is outside of what a CHECK constraint allows.
    #[error("a value is refused by {constraint}")]
    Check {
        /// The constraint.
        constraint: String,
        /// The server's answer.
        source: tokio_postgres::Error,
    },
    /// A row that is referred to is not there, or one that is still referred to would go.
    #[error("a reference is broken under {constraint}")]
    ForeignKey {
        /// The constraint.
        constraint: String,
        /// The server's answer.
        source: tokio_postgres::Error,
    },
    /// The statement took longer than the server lets it.
    #[error("the statement took too long")]
    Timeout(#[source] tokio_postgres::Error),
    /// Anything else: a fault of ours or of the set-up.
    #[error("the database refused")]
    Other(#[source] Box<dyn Error + Send + Sync>),
}

impl PgError {
    /// Whether the same transaction, from its start, may succeed soon.
    ///
    /// False for [`PgError::CommitUnknown`], which may have happened, and for [`PgError::Timeout`], which would put the
    /// same load on the server again.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Serialization(_))
    }

    /// Whether a row conflicts under exactly this constraint.
    pub fn is_conflict_on(&self, name: &str) -> bool {
        matches!(self, Self::Conflict { constraint, .. } if constraint == name)
    }

    /// Whether it is one that leaves open if a commit has happened, should it come from a commit.
    pub(crate) fn during_commit(self) -> Self {
        match self {
            Self::Unavailable(source) => Self::CommitUnknown(source),
            other => other,
        }
    }
}

impl From<tokio_postgres::Error> for PgError {
    fn from(source: tokio_postgres::Error) -> Self {
        let Some(refused) = source.as_db_error() else {
            return match is_connection(&source) {
                true => Self::Unavailable(source.into()),
                false => Self::Other(source.into()),
            };
        };
        if is_stale_plan(refused) {
            return Self::Serialization(source);
        }
        let constraint = refused.constraint().unwrap_or("an unnamed constraint").to_owned();
        match class(refused.code()) {
            Class::Unavailable => Self::Unavailable(source.into()),
            Class::Conflict => Self::Conflict { constraint, source },
            Class::Serialization => Self::Serialization(source),
            Class::Check => Self::Check { constraint, source },
            Class::ForeignKey => Self::ForeignKey { constraint, source },
            Class::Timeout => Self::Timeout(source),
            Class::Other => Self::Other(source.into()),
        }
    }
}

impl From<PoolError> for PgError {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(source) => source.into(),
            PoolError::Timeout(_) | PoolError::Closed => Self::Unavailable(error.into()),
            PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                Self::Other(error.into())
            }
        }
    }
}

/// Whether a prepared statement is older than a migration that changed its columns; preparing it again helps.
pub(crate) fn is_stale_plan(refused: &DbError) -> bool {
    refused.routine() == Some("RevalidateCachedQuery")
}

fn is_connection(error: &tokio_postgres::Error) -> bool {
    error.is_closed() || error.source().is_some_and(|source| source.is::<io::Error>())
}
