//! `pullwright repos …`: one file per command.

mod add;
mod check;
mod find;
mod list;
mod rotate;
mod watched;

use crate::{args::ReposCommand, connect::Cores, error::Result, exit::Exit, output::Output};

pub use find::{find, names};
pub use watched::{all as all_watched, what_is_wrong};

/// Runs one of them.
pub async fn run(cores: &Cores, command: ReposCommand, output: Output) -> Result<Exit> {
    match command {
        ReposCommand::List { limit, all } => {
            let wanted = if all { usize::MAX } else { limit as usize };
            list::list(cores, wanted, output).await
        }
        ReposCommand::Add(repo) => add::add(cores, repo, output).await,
        ReposCommand::Check { repo } => check::check(cores, &repo, output).await,
        ReposCommand::Watched { repo } => watched::watched(cores, repo.as_deref(), output).await,
        ReposCommand::Rotate { repo, yes } => rotate::rotate(cores, &repo, yes, output).await,
    }
}
