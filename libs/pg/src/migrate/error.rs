//! Why migrations did not run.

use crate::PgError;

/// Why migrations did not run, or not all of them.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// There is no migration of that version to go to.
    #[error("there is no migration of version {version}")]
    NoSuchVersion {
        /// The version that was asked for.
        version: i32,
    },
    /// A migration that would have to be taken back has no script for it; nothing was changed.
    #[error("migration {version} has no way back")]
    NoWayBack {
        /// Its version.
        version: i32,
    },
    /// The database has a migration that this binary does not know in that form; nothing was changed.
    #[error("migration {version} was applied by another binary; only that one can take it back")]
    NotOurs {
        /// Its version.
        version: i32,
    },
    /// Others held the migrations' lock for too long.
    #[error("somebody else has been migrating this database for {minutes} minutes")]
    Locked {
        /// How long was waited.
        minutes: u64,
    },
    /// A script was refused; what came before it stays.
    #[error("could not take back migration {version}")]
    Revert {
        /// Its version.
        version: i32,
        /// The server's answer.
        source: PgError,
    },
    /// Refinery could not go up; what came before stays.
    #[error("could not migrate")]
    Up(#[source] refinery::Error),
    /// The database could not be asked.
    #[error("could not reach the migrations' history")]
    Database(#[from] PgError),
}

impl MigrateError {
    /// Whether trying again soon may help: the database was away.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_retryable())
    }
}
