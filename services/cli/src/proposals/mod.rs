//! `pullwright proposals …`: one file per command.

mod get;
mod list;
mod open;
mod preview;
mod reject;
mod shape;
mod watch;
mod why;

use crate::{args::ProposalsCommand, connect::Cores, error::Result, exit::Exit, output::Output};

/// Runs one of them.
pub async fn run(cores: &Cores, command: ProposalsCommand, output: Output) -> Result<Exit> {
    match command {
        ProposalsCommand::List(which) => list::list(cores, &which, output).await,
        ProposalsCommand::Get(one) => get::get(cores, one.id, output).await,
        ProposalsCommand::Open(open) => open::open(cores, open, output).await,
        ProposalsCommand::Reject(reject) => reject::reject(cores, reject, output).await,
        ProposalsCommand::Reinstate(one) => reject::reinstate(cores, one.id, output).await,
        ProposalsCommand::Why(one) => why::why(cores, one.id, output).await,
        ProposalsCommand::Watch(watch) => watch::watch(cores, watch, output).await,
        ProposalsCommand::Preview(preview) => {
            preview::preview(cores, preview.id, preview.patch, output).await
        }
    }
}
