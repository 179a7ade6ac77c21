//! GitHub Apps: configured in a file, not registered. Their secrets are names of files in the secrets folder.

use std::collections::BTreeSet;

use pullwright_types::{Hosts, names};
use serde::Deserialize;
use uuid::Uuid;

/// The most Apps that can be configured: a delivery of an App's hook is held against the secrets of all of them.
pub const MOST: usize = 8;

/// A GitHub App as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfiguredApp {
    /// The host's web address.
    pub host: String,
    /// GitHub's id of it.
    pub github_id: i64,
    /// The last part of its address on the host.
    pub slug: String,
    /// The secret that holds its private key.
    pub private_key: String,
    /// The secret that holds its webhook secret, if it has one.
    pub webhook_secret: Option<String>,
}

/// A configured App and the id that it has here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHubApp {
    /// Its id.
    pub id: Uuid,
    /// What is configured.
    pub configured: ConfiguredApp,
}

impl ConfiguredApp {
    /// Reads the content of an Apps file: a JSON array of `{"host", "github_id", "slug", "private_key", "webhook_secret"}`.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn parse(text: &str, hosts: &Hosts) -> Result<Vec<Self>, String> {
        let apps: Vec<Self> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if apps.len() > MOST {
            return Err(format!("has {} Apps; {MOST} are possible", apps.len()));
        }
        for app in &apps {
            app.check(hosts).map_err(|problem| format!("App `{}` {problem}", app.slug))?;
        }
        let ids: BTreeSet<_> = apps.iter().map(|app| (&app.host, app.github_id)).collect();
        if ids.len() < apps.len() {
            return Err("names one App twice".to_owned());
        }
        Ok(apps)
    }

    fn check(&self, hosts: &Hosts) -> Result<(), String> {
        let legal = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
        if hosts.by_web(&self.host).is_none() {
            return Err(format!("is on none of the configured hosts: {}", hosts.names()));
        }
        if self.github_id < 1 {
            return Err("has a github_id that is not positive".to_owned());
        }
        if !((1..=100).contains(&self.slug.len()) && self.slug.bytes().all(legal)) {
            return Err(
                "has a slug that is not 1 to 100 of A-Z, a-z, 0-9, `-`, `_`, `.`".to_owned()
            );
        }
        for (field, secret) in [
            ("private_key", Some(&self.private_key)),
            ("webhook_secret", self.webhook_secret.as_ref()),
        ] {
            if let Some(Err(malformed)) = secret.map(|secret| names::secret_ref(secret)) {
                return Err(format!("has a {field} whose name {malformed}"));
            }
        }
        if self.webhook_secret.as_ref() == Some(&self.private_key) {
            return Err("has one secret for both uses".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(change: impl FnOnce(&mut serde_json::Value)) -> String {
        let mut app = serde_json::json!({
            "host": "https://github.com", "github_id": 7, "slug": "pullwright", "private_key": "app_key",
        });
        change(&mut app);
        app.to_string()
    }

    fn parse(text: &str) -> Result<Vec<ConfiguredApp>, String> {
        ConfiguredApp::parse(text, &Hosts::default())
    }

    #[test]
    fn an_app_may_have_no_webhook() {
        let apps = parse(&format!("[{}]", entry(|_| ()))).expect("valid");
        assert_eq!((apps[0].github_id, &apps[0].webhook_secret), (7, &None));
        assert_eq!(parse("[]"), Ok(Vec::new()));
    }

    #[test]
    fn everything_else_is_refused_with_what_is_wrong() {
        let with = |field: &str, value: serde_json::Value| entry(|app| app[field] = value);
        let nine = (1..=9).map(|id| with("github_id", id.into())).collect::<Vec<_>>().join(",");
        for (entries, said) in [
            ("x".to_owned(), "expected value"),
            (with("extra", 1.into()), "unknown field `extra`"),
            (with("github_id", "7".into()), "invalid type"),
            (with("github_id", 0.into()), "App `pullwright` has a github_id"),
            (with("host", "https://ghe.example".into()), "https://github.com"),
            (with("slug", "a/b".into()), "App `a/b` has a slug"),
            (with("private_key", "../key".into()), "has a private_key whose name must be"),
            (with("webhook_secret", "a.previous".into()), "has a webhook_secret whose name"),
            (with("webhook_secret", "app_key".into()), "both uses"),
            (format!("{0},{0}", entry(|_| ())), "twice"),
            (nine, "has 9 Apps"),
        ] {
            let error = parse(&format!("[{entries}]")).expect_err(&entries);
            assert!(error.contains(said), "{error}");
        }
    }
}
