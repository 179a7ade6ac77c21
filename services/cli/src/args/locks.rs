//! What can be done with locks.

use clap::Subcommand;

/// `pullwright locks …`
#[derive(Debug, Subcommand)]
pub enum LocksCommand {
    /// List the repository locks as they stand in Redis
    List,
    /// Break a repository's lock: its lease is revoked first, so that its holder's next step is refused
    Break {
        /// The repository's id or name
        repo: String,
        /// Why, for the record
        #[arg(long)]
        reason: String,
        /// Do not ask back
        #[arg(long, short)]
        yes: bool,
    },
}
