//! The command line. What it accepts is told here, once: `--help`, completions and the parser come from it.

mod deliveries;
mod locks;
mod proposals;
mod repos;

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;

pub use deliveries::{DeliveriesCommand, List as ListDeliveries};
pub use locks::LocksCommand;
pub use proposals::{List as ListProposals, Open, ProposalsCommand, Reject, Watch};
pub use repos::{Add as AddRepo, ReposCommand};

use crate::exit;

/// Pullwright turns an approved change into one pull request and follows it until it is merged or closed.
#[derive(Debug, Parser)]
#[command(name = "pullwright", version, after_help = exit::TABLE, arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: OutputArguments,
    #[command(subcommand)]
    pub command: Command,
}

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List, open, reject, follow and explain proposals
    #[command(subcommand)]
    Proposals(ProposalsCommand),
    /// List, register, check and watch config repositories, and change their webhook secrets
    #[command(subcommand)]
    Repos(ReposCommand),
    /// List, show and replay what GitHub delivered
    #[command(subcommand)]
    Deliveries(DeliveriesCommand),
    /// List and break repository locks
    #[command(subcommand)]
    Locks(LocksCommand),
    /// Look whether everything that can be seen from here is well
    Doctor,
    /// Write completions for a shell to standard output
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How to reach the services.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection")]
pub struct Connection {
    /// The proposal service's address
    #[arg(
        long,
        global = true,
        env = "PULLWRIGHT_PROPOSAL_ADDR",
        default_value = "127.0.0.1:7002",
        value_name = "ADDRESS"
    )]
    pub proposal: String,
    /// The repo-registry's address
    #[arg(
        long,
        global = true,
        env = "PULLWRIGHT_REGISTRY_ADDR",
        default_value = "127.0.0.1:7003",
        value_name = "ADDRESS"
    )]
    pub registry: String,
    /// A runner's address
    #[arg(
        long,
        global = true,
        env = "PULLWRIGHT_RUNNER_ADDR",
        default_value = "127.0.0.1:7004",
        value_name = "ADDRESS"
    )]
    pub runner: String,
    /// The file that holds the operator's service token
    #[arg(long, global = true, env = "PULLWRIGHT_TOKEN_FILE", value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// How long one call may take, such as 10s; the services end every call after 45s
    #[arg(long, global = true, default_value = "30s", value_parser = positive, value_name = "DURATION")]
    pub timeout: PositiveDuration,
}

/// How answers look.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArguments {
    /// Tables for people, JSON (the proto3 mapping, field names as in the contract) for scripts
    #[arg(long, short, global = true, value_enum, default_value_t = Format::Table)]
    pub output: Format,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
}

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For scripts
    Json,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// A duration above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositiveDuration(Duration);

impl From<PositiveDuration> for Duration {
    fn from(duration: PositiveDuration) -> Self {
        duration.0
    }
}

fn positive(text: &str) -> Result<PositiveDuration, String> {
    let wrong = || "write a duration above zero, such as 30s, 2m or 1h".to_owned();
    let duration: SignedDuration = text.parse().map_err(|_| wrong())?;
    match Duration::try_from(duration) {
        Ok(duration) if !duration.is_zero() => Ok(PositiveDuration(duration)),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }

    /// Clap finds out only when such a command is used.
    #[test]
    fn no_command_has_an_option_of_the_name_of_one_that_all_have() {
        fn walk(command: &clap::Command, of_all: &[String]) {
            for argument in command.get_arguments().filter(|argument| !argument.is_global_set()) {
                let name = argument.get_id().to_string();
                assert!(!of_all.contains(&name), "{}: --{name}", command.get_name());
            }
            command.get_subcommands().for_each(|one| walk(one, of_all));
        }
        let command = Arguments::command();
        let of_all = command.get_arguments().filter(|argument| argument.is_global_set());
        let of_all: Vec<_> = of_all.map(|argument| argument.get_id().to_string()).collect();
        assert!(of_all.contains(&"proposal".to_owned()));
        command.get_subcommands().for_each(|one| walk(one, &of_all));
    }

    #[test]
    fn a_duration_is_above_zero_and_has_a_unit() {
        assert_eq!(positive("2m").map(Duration::from), Ok(Duration::from_secs(120)));
        for text in ["", "5", "0s", "-1s", "soon"] {
            assert!(positive(text).is_err(), "{text}");
        }
    }
}
