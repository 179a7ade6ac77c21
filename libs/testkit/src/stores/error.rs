//! Why a private server could not be had.

use std::{io, path::PathBuf, time::Duration};

/// What went wrong with a private server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The machine has no such server, or only one that is too old.
    #[error(
        "no {server} of version {at_least} or later was found; deploy/local/setup.sh finds or installs it"
    )]
    Missing {
        /// The server's name.
        server: &'static str,
        /// The oldest version that will do.
        at_least: &'static str,
    },
    /// Running as root, and there is no other account under which a server could run.
    #[error(
        "servers are not run as root, and there is neither a user `postgres` nor a user `nobody`"
    )]
    NoAccount,
    /// Running as root, and the account that is to run the server cannot reach the temporary folder.
    #[error("{} cannot be searched by other users; set TMPDIR to a folder that can", path.display())]
    NotSearchable {
        /// The folder in the way.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("could not {doing}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Its answer.
        source: io::Error,
    },
    /// The server ended, or its folder could not be prepared; the end of its log says why.
    #[error("{server} did not start:\n{log}")]
    Ended {
        /// The server's name.
        server: &'static str,
        /// The end of its log.
        log: String,
    },
    /// The server runs, but did not answer in time.
    #[error("{server} did not answer within {within:?}:\n{log}")]
    Silent {
        /// The server's name.
        server: &'static str,
        /// The time it was given.
        within: Duration,
        /// The end of its log.
        log: String,
    },
    /// PostgreSQL refused a statement of ours.
    #[error("PostgreSQL refused to {doing}")]
    Database {
        /// What was tried.
        doing: &'static str,
        /// Its answer.
        source: tokio_postgres::Error,
    },
    /// A template database could not be migrated.
    #[error("could not migrate the template database {key:?}")]
    Template {
        /// The template's key.
        key: String,
        /// What the migration answered.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    pub(super) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}
