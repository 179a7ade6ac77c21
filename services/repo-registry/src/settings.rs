//! The registry's settings: `REGISTRY_…`, `GITHUB_HOSTS_FILE` and `LOG`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use pullwright_rpc::server;
use pullwright_settings::{Deployment, Environment, SettingsError, environment_name};
use pullwright_types::Hosts;

use crate::domain::ConfiguredApp;

/// The registry's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen and whom to let in.
    pub server: server::Settings,
    /// How to reach the database.
    pub database: pullwright_pg::Settings,
    /// The folder that holds GitHub's secrets and nothing else.
    pub secrets_dir: PathBuf,
    /// The GitHub hosts that repositories may be on.
    pub hosts: Hosts,
    /// The GitHub Apps that are configured; their secrets are not looked at yet.
    pub github_apps: Vec<ConfiguredApp>,
    /// How long a webhook secret is taken at least after another one came in.
    pub webhook_secret_overlap: Duration,
    /// Which kind of deployment this is; only development has hard deletions.
    pub deployment: Deployment,
}

/// The prefix of the registry's variables.
pub const PREFIX: &str = "REGISTRY_";
/// Long enough for what is on its way when a hook gets its new secret, and for people to see that something went wrong.
const OVERLAP: Duration = Duration::from_secs(60 * 60);
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7003);

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub fn read(env: &Environment) -> Result<Self, SettingsError> {
        let hosts = hosts(env)?;
        Ok(Self {
            server: server::Settings::read(env, PREFIX, LISTEN)?,
            database: pullwright_pg::Settings::read(env, PREFIX)?,
            secrets_dir: env.required_path("REGISTRY_SECRETS_DIR")?,
            github_apps: github_apps(env, &hosts)?,
            hosts,
            webhook_secret_overlap: env.duration("REGISTRY_WEBHOOK_SECRET_OVERLAP", OVERLAP)?,
            deployment: environment_name(env)?,
        })
    }
}

fn hosts(env: &Environment) -> Result<Hosts, SettingsError> {
    const FORM: &str = r#"a file with a JSON array of {"web", "api", "git"}"#;
    let parse = |text: &str| Hosts::parse(text).map_err(|error| error.to_string());
    Ok(file(env, "GITHUB_HOSTS_FILE", FORM, parse)?.unwrap_or_default())
}

fn github_apps(env: &Environment, hosts: &Hosts) -> Result<Vec<ConfiguredApp>, SettingsError> {
    const FORM: &str = r#"a file with a JSON array of {"host", "github_id", "slug", "private_key", "webhook_secret"}, the last two being names of files in the secrets folder"#;
    let parse = |text: &str| ConfiguredApp::parse(text, hosts);
    Ok(file(env, "REGISTRY_GITHUB_APPS_FILE", FORM, parse)?.unwrap_or_default())
}

/// What `parse` makes of the file that a variable names; `None` when it is not set.
fn file<T>(
    env: &Environment,
    name: &str,
    form: &str,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, SettingsError> {
    let Some(path) = env.path(name)? else { return Ok(None) };
    let invalid = |problem: String| SettingsError::invalid(name, problem, form);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        invalid(format!("names {}, which cannot be read ({})", path.display(), error.kind()))
    })?;
    let parsed = parse(&text).map_err(|error| {
        invalid(format!("names {}, which cannot be used ({error})", path.display()))
    })?;
    Ok(Some(parsed))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// The variables of a registry whose files are in `folder`.
    fn variables(folder: &Path) -> Vec<(String, String)> {
        let file = |name: &str, content: &str| {
            let path = folder.join(name);
            fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let callers = pullwright_rpc::callers::line(pullwright_rpc::Role::Ingress, "token");
        let hosts = r#"[{"web": "https://ghe.example", "api": "https://ghe.example/api/v3", "git": "https://ghe.example"}]"#;
        let apps = r#"[{"host": "https://ghe.example", "github_id": 7, "slug": "pullwright", "private_key": "app_key"}]"#;
        let url = "postgres://user:password@127.0.0.1:5432/pullwright_registry";
        [
            ("REGISTRY_CALLERS_FILE", file("callers", &callers)),
            ("REGISTRY_DATABASE_URL_FILE", file("url", url)),
            ("REGISTRY_SECRETS_DIR", folder.to_str().unwrap().to_owned()),
            ("GITHUB_HOSTS_FILE", file("hosts", hosts)),
            ("REGISTRY_GITHUB_APPS_FILE", file("apps", apps)),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    fn read(variables: Vec<(String, String)>) -> Result<Settings, String> {
        Settings::read(&Environment::from_pairs(variables)).map_err(|error| error.to_string())
    }

    #[test]
    fn files_are_read_and_the_rest_has_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let mut given = variables(folder.path());
        let settings = read(given.clone()).unwrap();
        assert_eq!(settings.server.listen, LISTEN);
        assert_eq!(settings.hosts.names(), "https://ghe.example");
        assert_eq!(settings.github_apps[0].slug, "pullwright");
        assert_eq!(settings.webhook_secret_overlap, OVERLAP);
        given.retain(|(name, _)| {
            !["GITHUB_HOSTS_FILE", "REGISTRY_GITHUB_APPS_FILE"].contains(&name.as_str())
        });
        let settings = read(given).unwrap();
        assert_eq!((settings.hosts, settings.github_apps), (Hosts::default(), Vec::new()));
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["REGISTRY_CALLERS_FILE", "REGISTRY_DATABASE_URL_FILE", "REGISTRY_SECRETS_DIR"]
        {
            let mut given = variables(folder.path());
            given.retain(|(known, _)| known != name);
            let error = read(given).unwrap_err();
            assert!(error.starts_with(name.trim_end_matches("_FILE")), "{error}");
        }
        fs::write(folder.path().join("wrong"), "[{}]").unwrap();
        for name in ["GITHUB_HOSTS_FILE", "REGISTRY_GITHUB_APPS_FILE"] {
            for file in ["wrong", "missing"] {
                let mut given = variables(folder.path());
                given.retain(|(known, _)| known != name);
                let path = folder.path().join(file).to_str().unwrap().to_owned();
                given.push((name.to_owned(), path));
                let error = read(given).unwrap_err();
                assert!(
                    error.starts_with(&format!("{name} names ")) && !error.contains('\n'),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn the_example_lists_every_variable_and_no_other() {
        let example = include_str!("../../../deploy/env/registry.env.example");
        let lines = example.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut given: Vec<(String, String)> = lines
            .map(|line| line.split_once('=').unwrap())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let names: Vec<_> = given.iter().map(|(name, _)| name.clone()).collect();
        let folder = tempfile::tempdir().unwrap();
        for (name, value) in variables(folder.path()) {
            assert!(names.contains(&name), "{name} is not in the example");
            given.retain(|(known, _)| *known != name);
            given.push((name, value));
        }
        let env = Environment::from_pairs(given);
        Settings::read(&env).unwrap();
        pullwright_telemetry::Settings::read(&env).unwrap();
        assert_eq!(env.unknown("", &[]), Vec::<String>::new(), "nobody reads these");
    }
}
