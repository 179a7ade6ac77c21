//! The major versions of the contract.

use std::{fmt, str::FromStr};

/// A version that this crate speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// Version 1: brief, result, exit codes.
    V1,
    /// Version 2: also reviews with their evidence, and memory.
    V2,
}

impl Version {
    /// All versions, the oldest first.
    pub const ALL: [Self; 2] = [Self::V1, Self::V2];

    /// The version as documents write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "1",
            Self::V2 => "2",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A major version that nobody here implements.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("contract version {given:?} is not spoken here, only \"1\" and \"2\" are")]
pub struct UnsupportedVersion {
    /// What was asked for, cut to 32 characters.
    pub given: String,
}

impl FromStr for Version {
    type Err = UnsupportedVersion;

    fn from_str(text: &str) -> Result<Self, UnsupportedVersion> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str() == text)
            .ok_or_else(|| UnsupportedVersion { given: text.chars().take(32).collect() })
    }
}
