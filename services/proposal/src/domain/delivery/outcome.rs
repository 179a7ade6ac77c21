//! What came of a delivery, and what else is kept of it in a word. Pure.

use super::Verdict;

/// What came of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It changed a proposal, or confirmed what was known.
    Applied,
    /// It needs nothing done.
    Noop,
    /// No proposal has its pull request.
    UnknownPr,
    /// GitHub asked whether we are there.
    Ping,
    /// It is older than what is known, or contradicts it without being newer.
    Stale,
    /// It broke while it was applied.
    Failed,
    /// Its repository is not registered.
    Parked,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 7] = [
        Self::Applied,
        Self::Noop,
        Self::UnknownPr,
        Self::Ping,
        Self::Stale,
        Self::Failed,
        Self::Parked,
    ];

    /// The outcome's name, as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Noop => "noop",
            Self::UnknownPr => "unknown_pr",
            Self::Ping => "ping",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::Parked => "parked",
        }
    }

    /// The outcome of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::News | Verdict::Agrees => Self::Applied,
            Verdict::Stale | Verdict::Disputed => Self::Stale,
        }
    }
}

/// Whose hook a delivery came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookKind {
    /// The hook of a repository.
    Repository,
    /// The hook of a GitHub App.
    App,
}

impl HookKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Repository, Self::App];

    /// The kind's name, as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::App => "app",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyEncoding {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl BodyEncoding {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Gzip, Self::Zstd];

    /// The encoding's name, as it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The encoding of this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_by_its_name() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
        }
        for kind in HookKind::ALL {
            assert_eq!(HookKind::parse(kind.as_str()), Some(kind));
        }
        for encoding in BodyEncoding::ALL {
            assert_eq!(BodyEncoding::parse(encoding.as_str()), Some(encoding));
        }
    }
}
