//! `pullwright locks …`

mod break_lock;
mod list;

use crate::{args::LocksCommand, connect::Cores, error::Result, exit::Exit, output::Output};

/// Runs one of them.
pub async fn run(cores: &Cores, command: LocksCommand, output: Output) -> Result<Exit> {
    match command {
        LocksCommand::List => list::list(cores, output).await,
        LocksCommand::Break { repo, reason, yes } => {
            break_lock::break_lock(cores, &repo, reason, yes, output).await
        }
    }
}
