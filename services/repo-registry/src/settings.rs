//! The registry's settings: `REGISTRY_…`, `GITHUB_HOSTS_FILE` and `LOG`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use pullwright_rpc::server;
use pullwright_settings::{Deployment, Environment, SettingsError, environment_name};
use pullwright_types::Hosts;

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
    /// Which kind of deployment this is; only development has hard deletions.
    pub deployment: Deployment,
}

/// The prefix of the registry's variables.
pub const PREFIX: &str = "REGISTRY_";
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7003);

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub fn read(env: &Environment) -> Result<Self, SettingsError> {
        Ok(Self {
            server: server::Settings::read(env, PREFIX, LISTEN)?,
            database: pullwright_pg::Settings::read(env, PREFIX)?,
            secrets_dir: env.required_path("REGISTRY_SECRETS_DIR")?,
            hosts: hosts(env)?,
            deployment: environment_name(env)?,
        })
    }
}

fn hosts(env: &Environment) -> Result<Hosts, SettingsError> {
    const NAME: &str = "GITHUB_HOSTS_FILE";
    let Some(path) = env.path(NAME)? else { return Ok(Hosts::default()) };
    let invalid = |problem: String| {
        SettingsError::invalid(
            NAME,
            problem,
            r#"a file with a JSON array of {"web", "api", "git"}"#,
        )
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        invalid(format!("names {}, which cannot be read ({})", path.display(), error.kind()))
    })?;
    Hosts::parse(&text).map_err(|error| {
        invalid(format!("names {}, which cannot be used ({error})", path.display()))
    })
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
        let url = "postgres://user:password@127.0.0.1:5432/pullwright_registry";
        [
            ("REGISTRY_CALLERS_FILE", file("callers", &callers)),
            ("REGISTRY_DATABASE_URL_FILE", file("url", url)),
            ("REGISTRY_SECRETS_DIR", folder.to_str().unwrap().to_owned()),
            ("GITHUB_HOSTS_FILE", file("hosts", hosts)),
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
        given.retain(|(name, _)| name != "GITHUB_HOSTS_FILE");
        assert_eq!(read(given).unwrap().hosts, Hosts::default());
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
        fs::write(folder.path().join("wrong"), "[]").unwrap();
        for file in ["wrong", "missing"] {
            let mut given = variables(folder.path());
            given.retain(|(known, _)| known != "GITHUB_HOSTS_FILE");
            let path = folder.path().join(file).to_str().unwrap().to_owned();
            given.push(("GITHUB_HOSTS_FILE".to_owned(), path));
            let error = read(given).unwrap_err();
            assert!(
                error.starts_with("GITHUB_HOSTS_FILE names ") && !error.contains('\n'),
                "{error}"
            );
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
