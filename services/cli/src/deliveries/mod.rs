//! `pullwright deliveries …`: one file per command.

mod get;
mod list;
mod replay;
mod shape;

use crate::{args::DeliveriesCommand, connect::Cores, error::Result, exit::Exit, output::Output};

/// Runs one of them.
pub async fn run(cores: &Cores, command: DeliveriesCommand, output: Output) -> Result<Exit> {
    match command {
        DeliveriesCommand::List(which) => list::list(cores, &which, output).await,
        DeliveriesCommand::Get(delivery) => get::get(cores, delivery.id, output).await,
        DeliveriesCommand::Replay(delivery) => replay::replay(cores, delivery.id, output).await,
    }
}
