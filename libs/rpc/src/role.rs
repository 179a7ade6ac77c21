//! Who calls over gRPC.

use std::{fmt, str::FromStr};

/// The role that a caller proved with its service token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The ingress service: people over REST, GitHub over webhooks.
    Ingress,
    /// The proposal service.
    Proposal,
    /// A runner.
    Runner,
    /// An internal client, such as the optimiser.
    Client,
    /// A person with a gRPC client.
    Operator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] =
        [Self::Ingress, Self::Proposal, Self::Runner, Self::Client, Self::Operator];

    /// The role's name, as it stands in a callers file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Proposal => "proposal",
            Self::Runner => "runner",
            Self::Client => "client",
            Self::Operator => "operator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            format!("`{text}` is no role; roles are {}", Self::ALL.map(Self::as_str).join(", "))
        })
    }
}
