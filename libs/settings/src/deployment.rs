//! Which kind of deployment this is.

use std::fmt;

use crate::{Environment, Result};

/// The value of `ENVIRONMENT`; what is not said to be something else is production.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// `production`, and the default.
    Production,
    /// `development`, spelled exactly so: test-only doors may open.
    Development,
    /// Any other name; treated as production by whoever asks [`Deployment::is_development`].
    Other(String),
}

impl Deployment {
    /// Whether test-only doors may open.
    pub fn is_development(&self) -> bool {
        *self == Self::Development
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for Deployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads `ENVIRONMENT`. What is not exactly `development` opens nothing, however near it comes.
pub fn environment_name(env: &Environment) -> Result<Deployment> {
    Ok(match env.text("ENVIRONMENT")?.as_deref() {
        None | Some("production") => Deployment::Production,
        Some("development") => Deployment::Development,
        Some(other) => Deployment::Other(other.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(value: &str) -> Deployment {
        environment_name(&Environment::from_pairs([("ENVIRONMENT", value)])).unwrap()
    }

    #[test]
    fn what_is_not_said_is_production() {
        assert_eq!(named(""), Deployment::Production);
        assert_eq!(named("production"), Deployment::Production);
    }

    #[test]
    fn only_development_is_development() {
        assert!(named("development").is_development());
        for other in ["staging", "ci", "qa", "dev", "Development", " development", "development\n"]
        {
            assert!(!named(other).is_development(), "{other:?}");
            assert_eq!(named(other), Deployment::Other(other.to_owned()));
        }
    }
}
