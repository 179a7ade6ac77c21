//! An account: a person, a bot or an organization. It does not know tokens.

use serde::{Deserialize, Serialize};

/// An account of the forge.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    /// Numeric id, unique over all things.
    pub id: u64,
    /// Name in URLs.
    pub login: String,
    /// Whether it is an organization.
    pub organization: bool,
}
