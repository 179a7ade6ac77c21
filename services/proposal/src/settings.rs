//! The ledger's settings: `PROPOSAL_…` and `LOG`.

use std::{net::SocketAddr, time::Duration};

use pullwright_rpc::{client, server};
use pullwright_settings::{Deployment, Environment, SettingsError, environment_name};

use crate::{
    domain::{confidence::QueryTexts, schedule::Pace},
    schedule,
};

/// Who stands in the commits of our pull requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
}

/// The ledger's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen and whom to let in.
    pub server: server::Settings,
    /// Its database.
    pub database: pullwright_pg::Settings,
    /// How to reach the registry.
    pub registry: client::Settings,
    /// Who commits.
    pub author: Author,
    /// First segment of branches.
    pub brand: String,
    /// How long a lease lasts unless it is renewed.
    pub lease_duration: Duration,
    /// How long after a sign of a lost lease its effects are tidied up: longer than the longest effect takes.
    pub tidy_after: Duration,
    /// How often something is looked at.
    pub schedule: schedule::Settings,
    /// How long a delivery is kept that waits for nothing.
    pub delivery_retention: Duration,
    /// Whether an opened pull request gets a comment that shows the chart of parameter importance.
    pub chart_comment: bool,
    /// Whether pull requests and studies name the queries that got worse.
    pub query_texts: QueryTexts,
    /// Which kind of deployment this is; only development has seeds and hard deletions.
    pub deployment: Deployment,
}

const PREFIX: &str = "PROPOSAL_";
const LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 7002);

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable is missing or malformed.
    pub fn read(env: &Environment) -> Result<Self, SettingsError> {
        Ok(Self {
            server: server::Settings::read(env, PREFIX, LISTEN)?,
            database: pullwright_pg::Settings::read(env, PREFIX)?,
            registry: client::Settings::read(env, PREFIX, "REGISTRY")?,
            author: Author {
                name: text(
                    env,
                    "PROPOSAL_GIT_AUTHOR_NAME",
                    "pullwright-bot",
                    IDENTITY,
                    is_identity,
                )?,
                email: text(
                    env,
                    "PROPOSAL_GIT_AUTHOR_EMAIL",
                    "pullwright-bot@example.com",
                    IDENTITY,
                    is_identity,
                )?,
            },
            brand: text(env, "PROPOSAL_BRAND", "pullwright", BRAND, is_brand)?,
            lease_duration: env.duration("PROPOSAL_LEASE_DURATION", Duration::from_secs(30))?,
            tidy_after: env.duration("PROPOSAL_TIDY_AFTER", Duration::from_secs(60))?,
            schedule: schedule_settings(env)?,
            delivery_retention: env.duration("PROPOSAL_DELIVERY_RETENTION", RETENTION)?,
            chart_comment: env.flag("PULL_REQUEST_CHART_COMMENT", true)?,
            deployment: environment_name(env)?,
            query_texts: if env.flag("PROPOSAL_PULL_REQUEST_QUERY_TEXTS", false)? {
                QueryTexts::Shown
            } else {
                QueryTexts::Kept
            },
        })
    }
}

/// Thirty days.
const RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
fn schedule_settings(env: &Environment) -> Result<schedule::Settings, SettingsError> {
    let schedule::Settings { every, sync_every, pace } = schedule::Settings::default();
    let interval = |name: &str, default| match env.duration(name, default)? {
        Duration::ZERO => Err(SettingsError::invalid(name, "is zero", "longer than nothing")),
        interval => Ok(interval),
    };
    Ok(schedule::Settings {
        every: interval("PROPOSAL_SCHEDULE_EVERY", every)?,
        sync_every: interval("PROPOSAL_REPOSITORY_SYNC_EVERY", sync_every)?,
        pace: Pace {
            reconcile_every: interval("PROPOSAL_RECONCILE_EVERY", pace.reconcile_every)?,
            closed_look_after: interval("PROPOSAL_CLOSED_LOOK_AFTER", pace.closed_look_after)?,
            gap_fill_every: interval("PROPOSAL_GAP_FILL_EVERY", pace.gap_fill_every)?,
            hook_check_every: interval("PROPOSAL_HOOK_CHECK_EVERY", pace.hook_check_every)?,
            orphan_sweep_every: interval("PROPOSAL_ORPHAN_SWEEP_EVERY", pace.orphan_sweep_every)?,
        },
    })
}

const IDENTITY: &str = "1 to 128 characters, none of them <, > or a control character";
const BRAND: &str = "1 to 32 of a-z, 0-9 and -, beginning with a letter or digit";

fn text(
    env: &Environment,
    name: &str,
    default: &str,
    expected: &str,
    is_legal: fn(&str) -> bool,
) -> Result<String, SettingsError> {
    let text = env.text(name)?.unwrap_or_else(|| default.to_owned());
    if is_legal(&text) {
        Ok(text)
    } else {
        Err(SettingsError::invalid(name, format_args!("is {text:?}"), expected))
    }
}

/// What git takes as a name or a mail address without changing it.
fn is_identity(text: &str) -> bool {
    (1..=128).contains(&text.chars().count())
        && text.trim() == text
        && !text.chars().any(|c| c.is_control() || matches!(c, '<' | '>'))
}

/// The brand is a branch's first segment, a folder's name and part of hidden marks.
fn is_brand(text: &str) -> bool {
    text.len() <= 32 && pullwright_types::names::config_repo(text).is_ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn read(changed: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let mut variables = vec![
            ("PROPOSAL_CALLERS_FILE", file("callers", "")),
            (
                "PROPOSAL_DATABASE_URL_FILE",
                file("url", "postgres://user:password@127.0.0.1/pullwright_proposal"),
            ),
            ("PROPOSAL_SERVICE_TOKEN_FILE", file("token", "a-service-token")),
            ("PROPOSAL_REGISTRY_ADDR", "http://127.0.0.1:7003".to_owned()),
        ];
        variables.extend(changed.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Settings::read(&Environment::from_pairs(variables))
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.server.listen, LISTEN);
        let author =
            Author { name: "pullwright-bot".into(), email: "pullwright-bot@example.com".into() };
        assert_eq!((settings.author, settings.brand.as_str()), (author, "pullwright"));
        assert_eq!(settings.lease_duration, Duration::from_secs(30));
        assert_eq!((settings.tidy_after, settings.chart_comment), (Duration::from_secs(60), true));
        assert_eq!(settings.delivery_retention, RETENTION);
        assert_eq!(settings.query_texts, QueryTexts::Kept);
        assert_eq!(settings.schedule, schedule::Settings::default());
        assert_eq!(settings.deployment, Deployment::Production);
    }

    #[test]
    fn each_interval_has_a_variable_of_its_own() {
        let seven = Duration::from_secs(7 * 60);
        let read = |name| read(&[(name, "7m")]).unwrap().schedule;
        assert_eq!(read("PROPOSAL_SCHEDULE_EVERY").every, seven);
        assert_eq!(read("PROPOSAL_REPOSITORY_SYNC_EVERY").sync_every, seven);
        assert_eq!(read("PROPOSAL_RECONCILE_EVERY").pace.reconcile_every, seven);
        assert_eq!(read("PROPOSAL_CLOSED_LOOK_AFTER").pace.closed_look_after, seven);
        assert_eq!(read("PROPOSAL_GAP_FILL_EVERY").pace.gap_fill_every, seven);
        assert_eq!(read("PROPOSAL_HOOK_CHECK_EVERY").pace.hook_check_every, seven);
        assert_eq!(read("PROPOSAL_ORPHAN_SWEEP_EVERY").pace.orphan_sweep_every, seven);
    }

    #[test]
    fn queries_are_named_only_where_that_is_set() {
        for (value, texts) in [("on", QueryTexts::Shown), ("off", QueryTexts::Kept)] {
            let settings = read(&[("PROPOSAL_PULL_REQUEST_QUERY_TEXTS", value)]).unwrap();
            assert_eq!(settings.query_texts, texts);
        }
    }

    #[test]
    fn the_chart_can_be_left_out_of_the_comments() {
        assert!(!read(&[("PULL_REQUEST_CHART_COMMENT", "off")]).unwrap().chart_comment);
        assert!(read(&[("PULL_REQUEST_CHART_COMMENT", "on")]).unwrap().chart_comment);
    }

    #[rstest]
    #[case("PROPOSAL_GIT_AUTHOR_NAME", "bot <x>")]
    #[case("PROPOSAL_GIT_AUTHOR_EMAIL", "bot@example.com\n")]
    #[case("PROPOSAL_BRAND", "Pull/Wright")]
    #[case("PROPOSAL_LEASE_DURATION", "30")]
    #[case("PROPOSAL_TIDY_AFTER", "soon")]
    #[case("PROPOSAL_SCHEDULE_EVERY", "0s")]
    #[case("PROPOSAL_RECONCILE_EVERY", "often")]
    #[case("PROPOSAL_DELIVERY_RETENTION", "a month")]
    #[case("PULL_REQUEST_CHART_COMMENT", "maybe")]
    #[case("PROPOSAL_PULL_REQUEST_QUERY_TEXTS", "perhaps")]
    #[case("PROPOSAL_LISTEN", "here")]
    fn a_wrong_value_is_named(#[case] name: &str, #[case] value: &str) {
        assert_eq!(read(&[(name, value)]).unwrap_err().name(), name);
    }
}
