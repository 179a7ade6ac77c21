//! Which events are logged.

use pullwright_settings::{Environment, Result, SettingsError};
use tracing_subscriber::EnvFilter;

const DEFAULT: &str = "info";

/// The settings of a service's telemetry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    directives: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { directives: DEFAULT.to_owned() }
    }
}

impl Settings {
    /// Reads `LOG`: a level, or directives such as `info,pullwright_runner=debug`; `info` when it is not set.
    pub fn read(env: &Environment) -> Result<Self> {
        let directives = env.text("LOG")?.unwrap_or_else(|| DEFAULT.to_owned());
        Self::directives(&directives).map_err(|error| {
            SettingsError::invalid(
                "LOG",
                format_args!("is {directives:?} ({error})"),
                "a level, or directives such as info,pullwright_runner=debug",
            )
        })
    }

    /// Takes directives as `LOG` has them.
    pub fn directives(directives: &str) -> Result<Self, tracing_subscriber::filter::ParseError> {
        parse(directives)?;
        Ok(Self { directives: directives.to_owned() })
    }

    pub(crate) fn filter(&self) -> EnvFilter {
        parse(&self.directives).expect("every constructor parsed these directives")
    }
}

fn parse(directives: &str) -> Result<EnvFilter, tracing_subscriber::filter::ParseError> {
    EnvFilter::builder().with_regex(false).parse(directives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_is_the_default() {
        let env = Environment::from_pairs::<&str, &str>([]);
        assert_eq!(Settings::read(&env), Ok(Settings::default()));
        assert_eq!(Settings::default().filter().to_string(), "info");
    }

    #[test]
    fn directives_that_do_not_parse_are_one_line_naming_the_variable() {
        let line = Settings::read(&Environment::from_pairs([("LOG", "a=b=c=\nd")]))
            .unwrap_err()
            .to_string();
        assert!(line.starts_with("LOG is ") && !line.contains('\n'), "{line}");
    }
}
