//! Which kind of deployment this is.

use std::fmt;

use crate::{Environment, Result};

/// The value of `ENVIRONMENT`; what is not said to be something else is production.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// `production`, and the default.
    Production,
    /// `development`: test-only doors may open.
    Development,
    /// Any other name; treated as production by whoever asks [`Deployment::is_development`].
    Other(String),
}

impl Deployment {
    /// Whether test-only doors may open.
    pub fn is_development(&self) -> bool {
        *self == Self::Development
    }

    /// The name as it was given, lower case.
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

/// Reads `ENVIRONMENT`, case ignored.
pub fn environment_name(env: &Environment) -> Result<Deployment> {
    Ok(match env.text("ENVIRONMENT")?.map(|name| name.trim().to_lowercase()).as_deref() {
        None | Some("" | "production") => Deployment::Production,
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
        assert_eq!(named("Production"), Deployment::Production);
        assert!(!named("").is_development());
    }

    #[test]
    fn only_development_is_development() {
        assert!(named("development").is_development());
        assert_eq!(named("staging"), Deployment::Other("staging".to_owned()));
        assert!(!named("dev").is_development());
    }
}
