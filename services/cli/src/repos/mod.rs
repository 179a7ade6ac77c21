//! `pullwright repos …`: one file per command.

mod add;
mod check;
mod find;
mod list;

use crate::{args::ReposCommand, connect::Cores, error::Result, exit::Exit, output::Output};

pub use find::{find, names};

/// Runs one of them.
pub async fn run(cores: &Cores, command: ReposCommand, output: Output) -> Result<Exit> {
    match command {
        ReposCommand::List { limit, all } => {
            let wanted = if all { usize::MAX } else { limit as usize };
            list::list(cores, wanted, output).await
        }
        ReposCommand::Add(repo) => add::add(cores, repo, output).await,
        ReposCommand::Check { repo } => check::check(cores, &repo, output).await,
    }
}
