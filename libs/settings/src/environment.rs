//! Where the variables come from, and which of them somebody asked for.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
    fmt,
    sync::{Mutex, PoisonError},
};

use crate::{Result, SettingsError};

/// A snapshot of the environment; it remembers the names that were asked for, so that a typo can be pointed out.
pub struct Environment {
    values: BTreeMap<OsString, OsString>,
    asked: Mutex<BTreeSet<String>>,
}

impl Environment {
    /// Takes the environment of this process.
    pub fn process() -> Self {
        Self { values: std::env::vars_os().collect(), asked: Mutex::default() }
    }

    /// Makes an environment of exactly these variables, for tests.
    pub fn from_pairs<N: Into<OsString>, V: Into<OsString>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let values = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { values, asked: Mutex::default() }
    }

    /// Reads a variable as text; an empty one counts as not set, as composed files cannot leave one out.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        let Some(value) = self.raw(name) else { return Ok(None) };
        match value.to_str() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(SettingsError::invalid(name, "is not UTF-8", "UTF-8 text")),
        }
    }

    /// Reads a variable that must be set.
    pub fn required(&self, name: &str) -> Result<String> {
        self.text(name)?.ok_or_else(|| SettingsError::missing(name, "a value"))
    }

    /// Lists the variables that begin with `prefix`, were never asked for and are not in `known`: most likely typos.
    ///
    /// Call it after every setting was read. Kubernetes adds `<SERVICE>_PORT…` variables of its own unless the pod says
    /// `enableServiceLinks: false`.
    pub fn unknown(&self, prefix: &str, known: &[&str]) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        self.values
            .keys()
            .filter_map(|name| name.to_str())
            .filter(|name| {
                name.starts_with(prefix) && !asked.contains(*name) && !known.contains(name)
            })
            .map(str::to_owned)
            .collect()
    }

    pub(crate) fn raw(&self, name: &str) -> Option<&OsStr> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        self.values.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }
}

/// Names only: a value may be a secret.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let env = Environment::from_pairs([("RUNNER_NAME", "")]);
        assert_eq!(env.text("RUNNER_NAME"), Ok(None));
        assert_eq!(
            env.required("RUNNER_NAME").unwrap_err().to_string(),
            "RUNNER_NAME is not set; expected a value"
        );
    }

    #[test]
    fn a_variable_that_nobody_asked_for_is_pointed_out() {
        let env = Environment::from_pairs([
            ("RUNNER_SLOTS", "1"),
            ("RUNNER_SLTOS", "2"),
            ("RUNNER_IMAGE", "x"),
            ("RUNNER_TOKEN_FILE", "/none"),
            ("HOME", "/h"),
        ]);
        let _ = env.text("RUNNER_SLOTS");
        let _ = env.secret("RUNNER_TOKEN");
        assert_eq!(env.unknown("RUNNER_", &["RUNNER_IMAGE"]), ["RUNNER_SLTOS"]);
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        let shown = format!("{:?}", Environment::from_pairs([("A_TOKEN", "hidden-value")]));
        assert!(shown.contains("A_TOKEN") && !shown.contains("hidden"), "{shown}");
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_utf8_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let env = Environment::from_pairs([(OsString::from("A"), OsString::from_vec(vec![0xff]))]);
        assert_eq!(env.text("A").unwrap_err().to_string(), "A is not UTF-8; expected UTF-8 text");
    }

    #[test]
    fn the_real_environment_is_read() {
        assert!(Environment::process().text("PATH").unwrap().is_some());
    }
}
