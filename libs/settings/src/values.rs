//! Typed values that are no secrets.

use std::{any::type_name, fmt::Display, path::PathBuf, str::FromStr, time::Duration};

use crate::{Environment, Result, SettingsError, duration, error::quoted};

impl Environment {
    /// Parses a variable, or gives `default` when it is not set.
    pub fn parsed<T>(&self, name: &str, default: T) -> Result<T>
    where
        T: FromStr<Err: Display>,
    {
        Ok(self.optional_parsed(name)?.unwrap_or(default))
    }

    /// Parses a variable that need not be set.
    pub fn optional_parsed<T>(&self, name: &str) -> Result<Option<T>>
    where
        T: FromStr<Err: Display>,
    {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.parse() {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(SettingsError::invalid(
                name,
                format_args!("is {} ({error})", quoted(&text)),
                expected::<T>(),
            )),
        }
    }

    /// Parses a variable that must be set.
    pub fn required_parsed<T>(&self, name: &str) -> Result<T>
    where
        T: FromStr<Err: Display>,
    {
        self.optional_parsed(name)?.ok_or_else(|| SettingsError::missing(name, expected::<T>()))
    }

    /// Reads a whole number with its unit, `ms`, `s`, `m` or `h`, or gives `default` when it is not set.
    pub fn duration(&self, name: &str, default: Duration) -> Result<Duration> {
        let Some(text) = self.text(name)? else { return Ok(default) };
        duration::parse(&text).ok_or_else(|| {
            SettingsError::invalid(
                name,
                format_args!("is {}", quoted(&text)),
                "a duration such as 250ms, 10s, 2m or 1h",
            )
        })
    }

    /// Reads `true`, `yes`, `on`, `1` or their opposites in any case, or gives `default` when it is not set.
    pub fn flag(&self, name: &str, default: bool) -> Result<bool> {
        let Some(text) = self.text(name)? else { return Ok(default) };
        match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            _ => Err(SettingsError::invalid(
                name,
                format_args!("is {}", quoted(&text)),
                "true or false",
            )),
        }
    }

    /// Reads what stands between commas, trimmed, empty items left out; empty when it is not set.
    pub fn list(&self, name: &str) -> Result<Vec<String>> {
        let text = self.text(name)?.unwrap_or_default();
        Ok(text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect())
    }

    /// Reads a path, which need not be UTF-8 and is not looked at.
    pub fn path(&self, name: &str) -> Result<Option<PathBuf>> {
        Ok(self.raw(name).map(PathBuf::from))
    }

    /// Reads a path that must be set.
    pub fn required_path(&self, name: &str) -> Result<PathBuf> {
        self.path(name)?.ok_or_else(|| SettingsError::missing(name, "a path"))
    }
}

fn expected<T>() -> String {
    let name = type_name::<T>();
    if name.contains("::NonZero<") {
        return "a whole number, 1 or more".to_owned();
    }
    match name.rsplit("::").next().unwrap_or(name) {
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u16" => "a whole number from 0 to 65535".to_owned(),
        "u32" | "u64" | "u128" | "usize" => "a whole number, 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "SocketAddr" => "an address and a port such as 127.0.0.1:8080".to_owned(),
        "IpAddr" => "an IP address".to_owned(),
        short => format!("a valid {short}"),
    }
}

#[cfg(test)]
mod tests {
    use std::{net::SocketAddr, num::NonZeroU32};

    use super::*;

    fn env(value: &str) -> Environment {
        Environment::from_pairs([("X", value)])
    }

    #[test]
    fn a_default_stands_in_for_what_is_not_set() {
        assert_eq!(env("").parsed("X", 5), Ok(5));
        assert_eq!(env("6").parsed("X", 5), Ok(6));
        assert_eq!(env("").duration("X", Duration::from_secs(3)), Ok(Duration::from_secs(3)));
        assert_eq!(env("").flag("X", true), Ok(true));
    }

    #[test]
    fn a_wrong_value_is_one_line_with_name_value_and_what_is_expected() {
        let cases: [(&str, SettingsError, &str); 5] = [
            (
                "number",
                env("many").parsed("X", 5u16).unwrap_err(),
                "X is \"many\" (invalid digit found in string); expected a whole number from 0 to 65535",
            ),
            (
                "address",
                env("here").required_parsed::<SocketAddr>("X").unwrap_err(),
                "X is \"here\" (invalid socket address syntax); expected an address and a port such as 127.0.0.1:8080",
            ),
            (
                "non-zero",
                env("0").required_parsed::<NonZeroU32>("X").unwrap_err(),
                "X is \"0\" (number would be zero for non-zero type); expected a whole number, 1 or more",
            ),
            (
                "duration",
                env("10").duration("X", Duration::ZERO).unwrap_err(),
                "X is \"10\"; expected a duration such as 250ms, 10s, 2m or 1h",
            ),
            (
                "flag",
                env("a\nb").flag("X", false).unwrap_err(),
                "X is \"a\\nb\"; expected true or false",
            ),
        ];
        for (case, error, line) in cases {
            assert_eq!(error.to_string(), line, "{case}");
            assert_eq!(error.name(), "X", "{case}");
        }
    }

    #[test]
    fn a_long_value_is_cut() {
        let error = env(&"z".repeat(500)).flag("X", false).unwrap_err();
        assert!(error.to_string().len() < 150, "{error}");
    }

    #[test]
    fn a_list_is_trimmed_and_has_no_empty_items() {
        assert_eq!(env(" a, b ,,c,").list("X").unwrap(), ["a", "b", "c"]);
        assert!(env("").list("X").unwrap().is_empty());
    }

    #[test]
    fn flags_are_read_in_any_case() {
        for yes in ["true", "YES", "On", "1"] {
            assert_eq!(env(yes).flag("X", false), Ok(true), "{yes}");
        }
        for no in ["false", "No", "OFF", "0"] {
            assert_eq!(env(no).flag("X", true), Ok(false), "{no}");
        }
    }

    #[test]
    fn a_path_is_taken_as_it_is() {
        assert_eq!(env("/a/b c").path("X"), Ok(Some("/a/b c".into())));
        assert_eq!(
            env("").required_path("X").unwrap_err().to_string(),
            "X is not set; expected a path"
        );
    }
}
