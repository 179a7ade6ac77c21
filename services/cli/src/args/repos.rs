//! What can be done with config repositories.

use clap::{Args, Subcommand};

/// `pullwright repos …`
#[derive(Debug, Subcommand)]
pub enum ReposCommand {
    /// List config repositories, the newest first
    List {
        /// How many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000), conflicts_with = "all")]
        limit: u32,
        /// All of them
        #[arg(long)]
        all: bool,
    },
    /// Register a config repository
    Add(Add),
    /// Look whether its credential, branches, folders and params files are as a pull request needs them
    Check {
        /// Its id or its name
        repo: String,
    },
    /// Show what is known of their webhooks, of GitHub's log of deliveries and of their pull requests, and what went wrong last
    Watched {
        /// Only this one, by its id or its name
        repo: Option<String>,
    },
    /// Make a new webhook secret for it and for all that share it; the one before is taken until their webhooks have the new one
    Rotate {
        /// Its id or its name
        repo: String,
        /// Do not ask back
        #[arg(long, short)]
        yes: bool,
    },
}

/// A config repository to register.
#[derive(Debug, Args)]
pub struct Add {
    /// Its name: a-z, 0-9 and -
    pub name: String,
    /// Its address, such as https://github.com/acme/search-config
    pub repo_url: String,
    /// The file in the secrets folder that holds its credential
    #[arg(long, value_name = "SECRET", default_value = "")]
    pub auth_ref: String,
    /// The file in the secrets folder that holds its webhook secret
    #[arg(long, value_name = "SECRET", default_value = "")]
    pub webhook_secret_ref: String,
    /// The branch that pull requests ask to be merged into
    #[arg(long, value_name = "BRANCH", default_value = "main")]
    pub pr_base_branch: String,
    /// Its default branch
    #[arg(long, value_name = "BRANCH", default_value = "main")]
    pub default_branch: String,
}
