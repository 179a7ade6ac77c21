//! What a runner can be told. Read once, in `main`.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use pullwright_rpc::{client, server};
use pullwright_settings::{Environment, SecretString, SettingsError};
use pullwright_types::Hosts;

use crate::git::{GitSettings, TimeLimits};

/// A runner's settings; the variables begin with `RUNNER_`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where questions are answered.
    pub server: server::Settings,
    /// The ledger.
    pub proposal: client::Settings,
    /// The keyring.
    pub registry: client::Settings,
    /// Where the locks are, such as `redis://:password@127.0.0.1:6379`.
    pub redis_url: SecretString,
    /// The GitHub hosts.
    pub hosts: Hosts,
    /// Lanes worked on at the same time.
    pub concurrency: usize,
    /// Repositories that are only read, looked at at the same time.
    pub read_concurrency: usize,
    /// Where GitHub reaches our receiver of webhooks; no hook can be registered when unset.
    pub webhook_url: Option<String>,
    /// The time between two requests to GitHub to send a delivery again.
    pub redelivery_pace: Duration,
    /// How often lease and lock are renewed; a third of the lease.
    pub renew_every: Duration,
    /// How much lease must be left beyond an effect's own time limit when the effect begins.
    pub lease_margin: Duration,
    /// The time limit of one request to GitHub.
    pub github_time_limit: Duration,
    /// Previews and checks answered at the same time.
    pub question_concurrency: usize,
    /// How long one of them may take.
    pub question_time_limit: Duration,
    /// How long work that is under way may take after the runner was asked to stop.
    pub stop_grace: Duration,
    /// Where people look at studies; the link is left out when unset.
    pub base_url: Option<String>,
    /// The git engine.
    pub git: GitSettings,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable is missing or wrong; the text names it.
    pub fn read(env: &Environment) -> Result<Self, SettingsError> {
        let seconds = Duration::from_secs;
        let defaults = TimeLimits::default();
        let mut git = GitSettings::new(env.required_path("RUNNER_DATA_DIR")?);
        git.limits = TimeLimits {
            fetch: env.duration("RUNNER_GIT_FETCH_TIME_LIMIT", defaults.fetch)?,
            push: env.duration("RUNNER_GIT_PUSH_TIME_LIMIT", defaults.push)?,
            local: env.duration("RUNNER_GIT_LOCAL_TIME_LIMIT", defaults.local)?,
            grace: env.duration("RUNNER_KILL_GRACE", defaults.grace)?,
        };
        if let Some(path) = env.text("RUNNER_GIT_PATH")? {
            git.path = path.into();
        }
        git.ca_file = env.path("RUNNER_GIT_CA_FILE")?;
        Ok(Self {
            server: server::Settings::read(
                env,
                "RUNNER_",
                SocketAddr::from(([127, 0, 0, 1], 7004)),
            )?,
            proposal: client::Settings::read(env, "RUNNER_", "PROPOSAL")?,
            registry: client::Settings::read(env, "RUNNER_", "REGISTRY")?,
            redis_url: env.required_secret("RUNNER_REDIS_URL")?,
            hosts: hosts(env)?,
            concurrency: env.parsed("RUNNER_CONCURRENCY", 8)?,
            read_concurrency: env.parsed("RUNNER_READ_CONCURRENCY", 4)?,
            webhook_url: webhook_url(env)?,
            redelivery_pace: env.duration("RUNNER_REDELIVERY_PACE", seconds(1))?,
            renew_every: env.duration("RUNNER_RENEW_EVERY", seconds(10))?,
            lease_margin: env.duration("RUNNER_LEASE_MARGIN", seconds(5))?,
            github_time_limit: env.duration("RUNNER_GITHUB_TIME_LIMIT", seconds(15))?,
            question_concurrency: env.parsed("RUNNER_QUESTION_CONCURRENCY", 4)?,
            question_time_limit: env.duration("RUNNER_QUESTION_TIME_LIMIT", seconds(40))?,
            stop_grace: env.duration("RUNNER_STOP_GRACE", seconds(20))?,
            base_url: env.text("RUNNER_BASE_URL")?.map(|url| url.trim_end_matches('/').to_owned()),
            git,
        })
    }
}

/// The whole address, as it stands in the hooks and is compared with them.
fn webhook_url(env: &Environment) -> Result<Option<String>, SettingsError> {
    const NAME: &str = "RUNNER_WEBHOOK_URL";
    let Some(url) = env.text(NAME)? else { return Ok(None) };
    let is_http = url.starts_with("https://") || url.starts_with("http://");
    let legal = |c: char| c.is_ascii_graphic() && c != '\u{22}' && !"@?#<>\\".contains(c);
    if is_http && url.len() <= 1_000 && url.chars().all(legal) {
        return Ok(Some(url));
    }
    let expected = "an address such as https://pullwright.example/webhooks/github";
    Err(SettingsError::invalid(NAME, "it is no such address", expected))
}

fn hosts(env: &Environment) -> Result<Hosts, SettingsError> {
    const NAME: &str = "GITHUB_HOSTS_FILE";
    let Some(path): Option<PathBuf> = env.path(NAME)? else { return Ok(Hosts::default()) };
    let expected = "a JSON array of {\"web\", \"api\", \"git\"}";
    let text = std::fs::read_to_string(&path)
        .map_err(|error| SettingsError::invalid(NAME, error, expected))?;
    Hosts::parse(&text).map_err(|error| SettingsError::invalid(NAME, error, expected))
}
