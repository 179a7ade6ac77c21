//! What can be done with deliveries of GitHub's.

use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

/// `pullwright deliveries …`
#[derive(Debug, Subcommand)]
pub enum DeliveriesCommand {
    /// List deliveries, the newest first
    List(List),
    /// Show one delivery with its headers and its body, credentials taken out
    Get(Delivery),
    /// Apply a kept delivery again, by the rules that hold now
    Replay(Delivery),
}

/// One delivery.
#[derive(Debug, Args)]
pub struct Delivery {
    /// The delivery's id here, as `deliveries list` shows it
    pub id: Uuid,
}

/// Which deliveries.
#[derive(Debug, Args)]
pub struct List {
    /// Only those that this came of
    #[arg(long, value_enum)]
    pub outcome: Option<Outcome>,
    /// Only those of this event, such as pull_request
    #[arg(long)]
    pub event: Option<String>,
    /// Only those about this config repository, by its id or its name
    #[arg(long)]
    pub repo: Option<String>,
    /// Only those about this proposal
    #[arg(long, value_name = "ID")]
    pub proposal_id: Option<Uuid>,
    /// Only those with this id of GitHub's (X-GitHub-Delivery)
    #[arg(long, value_name = "ID")]
    pub github_id: Option<String>,
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000), conflicts_with = "all")]
    pub limit: u32,
    /// All of them
    #[arg(long)]
    pub all: bool,
}

/// What came of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Outcome {
    Applied,
    Noop,
    UnknownPr,
    Ping,
    Stale,
    Failed,
    Parked,
}
