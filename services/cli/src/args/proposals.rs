//! What can be done with proposals.

use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::{PositiveDuration, positive};

/// `pullwright proposals …`
#[derive(Debug, Subcommand)]
pub enum ProposalsCommand {
    /// List proposals, the newest first
    List(List),
    /// Show one proposal
    Get(One),
    /// Open its pull request, and follow it until it is there
    Open(Open),
    /// Reject it; a pull request that is open or on its way is closed
    Reject(Reject),
    /// Make a superseded proposal pending again
    Reinstate(One),
    /// Say where it stands, what was tried, what happens next and what you can do
    Why(One),
    /// Follow what happens to it until it is merged, or until Ctrl-C
    Watch(Watch),
    /// Show exactly what would be opened now; nothing is written anywhere
    Preview(Preview),
}

/// One proposal.
#[derive(Debug, Args)]
pub struct One {
    /// The proposal's id
    pub id: Uuid,
}

/// Which proposals.
#[derive(Debug, Args)]
pub struct List {
    /// Only these
    #[arg(long, value_enum)]
    pub status: Option<Status>,
    /// Only those of this cluster
    #[arg(long, value_name = "ID")]
    pub cluster: Option<Uuid>,
    /// Only those of this query template
    #[arg(long, value_name = "ID")]
    pub template: Option<Uuid>,
    /// Only those of this study
    #[arg(long, value_name = "ID")]
    pub study: Option<Uuid>,
    /// Only those that came from there
    #[arg(long, value_enum)]
    pub source: Option<Source>,
    /// Only those that are the newest merge of their config repository
    #[arg(long)]
    pub live: bool,
    /// Superseded ones too
    #[arg(long)]
    pub include_superseded: bool,
    /// In which order: created_at, status or pr_state, then asc or desc
    #[arg(long, default_value = "created_at desc", value_name = "ORDER")]
    pub order_by: String,
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000), conflicts_with = "all")]
    pub limit: u32,
    /// All of them
    #[arg(long)]
    pub all: bool,
}

/// A proposal's state.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Status {
    Pending,
    PrOpened,
    PrMerged,
    Rejected,
    Superseded,
}

/// Where a proposal came from.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Source {
    Study,
    Manual,
}

/// Opening.
#[derive(Debug, Args)]
pub struct Open {
    /// The proposal's id
    pub id: Uuid,
    /// Open nothing but the patch that was previewed
    #[arg(long, value_name = "SHA256")]
    pub expected_patch_sha256: Option<String>,
    /// Open it on nothing but the base that was previewed
    #[arg(long, value_name = "OID")]
    pub expected_base_oid: Option<String>,
    /// Do not wait for the pull request
    #[arg(long)]
    pub no_wait: bool,
    /// How long to wait for the pull request
    #[arg(long, default_value = "5m", value_parser = positive, value_name = "DURATION", conflicts_with = "no_wait")]
    pub wait: PositiveDuration,
}

/// Rejection.
#[derive(Debug, Args)]
pub struct Reject {
    /// The proposal's id
    pub id: Uuid,
    /// Why; it stands on GitHub too when a pull request is closed
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// Following.
#[derive(Debug, Args)]
pub struct Watch {
    /// The proposal's id
    pub id: Uuid,
    /// Begin after this event; without it, with what happens from now on
    #[arg(long, value_name = "EVENT", default_value = "")]
    pub after: String,
}

/// Previewing.
#[derive(Debug, Args)]
pub struct Preview {
    /// The proposal's id
    pub id: Uuid,
    /// Only the patch, as `git apply` takes it
    #[arg(long)]
    pub patch: bool,
}
