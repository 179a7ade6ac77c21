//! The whole environment of a git command, built from empty: nothing of the runner's own is inherited.
//!
//! Settings go in as `GIT_CONFIG_*` pairs, above every file, and so does the credential: it is in no argument and in
//! no file, and only in commands that speak to the remote.

use std::{ffi::OsString, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pullwright_settings::ExposeSecret;

use super::{GitSettings, Remote};

/// Variables that are the same for every command, each closing a door or making output the same everywhere.
const FIXED: &[(&str, &str)] = &[
    ("LC_ALL", "C"),
    ("LANG", "C"),
    ("TZ", "UTC"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_ASKPASS", "/bin/false"),
    ("GIT_PROTOCOL_FROM_USER", "0"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    // Objects are fetched by name or not at all: a push must never fetch what it then uploads.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_LITERAL_PATHSPECS", "1"),
    ("GIT_LFS_SKIP_SMUDGE", "1"),
    ("GIT_ADVICE", "0"),
];

/// Git settings that are the same for every command.
const CONFIG: &[(&str, &str)] = &[
    // Nothing of a repository is ever run.
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.untrackedCache", "false"),
    ("core.pager", "cat"),
    ("core.editor", "false"),
    ("sequence.editor", "false"),
    ("core.sshCommand", "false"),
    ("diff.external", ""),
    ("commit.gpgSign", "false"),
    ("push.gpgSign", "false"),
    ("core.attributesFile", "/dev/null"),
    ("core.symlinks", "false"),
    ("core.protectHFS", "true"),
    ("core.protectNTFS", "true"),
    ("safe.bareRepository", "explicit"),
    ("submodule.recurse", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("push.recurseSubmodules", "no"),
    // The remote is spoken to by one protocol, at one address, with one credential.
    ("protocol.allow", "never"),
    ("protocol.version", "2"),
    ("credential.helper", ""),
    ("credential.interactive", "false"),
    ("http.followRedirects", "false"),
    ("http.proxy", ""),
    ("http.lowSpeedLimit", "1024"),
    ("http.lowSpeedTime", "30"),
    ("transfer.credentialsInUrl", "die"),
    ("transfer.bundleURI", "false"),
    // What comes in is checked.
    ("transfer.fsckObjects", "true"),
    ("fetch.fsckObjects", "true"),
    // Old tools wrote such modes; nothing here depends on their spelling.
    ("fetch.fsck.zeroPaddedFilemode", "ignore"),
    // Large blobs are written as they come, and no thread takes memory of its own.
    ("core.bigFileThreshold", "8m"),
    ("pack.threads", "1"),
    // Without it a push from a shallow repository uploads all of the base when the base has moved.
    ("push.negotiate", "true"),
    // The repository may be lost at any time: no flush, no upkeep, no log.
    ("core.fsync", "none"),
    ("core.logAllRefUpdates", "false"),
    ("fetch.writeCommitGraph", "false"),
    ("fastimport.unpackLimit", "0"),
    ("gc.auto", "0"),
    ("gc.autoDetach", "false"),
    ("maintenance.auto", "false"),
];

/// The variables of one command; `remote` is given to commands that speak to it.
pub(super) fn variables(
    settings: &GitSettings,
    home: &Path,
    git_dir: &Path,
    remote: Option<&Remote>,
) -> Vec<(OsString, OsString)> {
    let mut variables: Vec<(OsString, OsString)> =
        FIXED.iter().map(|(name, value)| (name.into(), value.into())).collect();
    let mut set = |name: &str, value: OsString| variables.push((name.into(), value));
    set("PATH", settings.path.clone());
    set("HOME", home.into());
    set("GIT_DIR", git_dir.into());
    set("GIT_CEILING_DIRECTORIES", settings.data.clone().into());
    set("GIT_ALLOW_PROTOCOL", remote.map_or("none", scheme).into());

    let mut config: Vec<(String, OsString)> =
        CONFIG.iter().map(|(key, value)| ((*key).to_owned(), value.into())).collect();
    if let Some(remote) = remote {
        config.push((format!("protocol.{}.allow", scheme(remote)), "always".into()));
        config.push(("remote.origin.url".to_owned(), remote.url().into()));
        config.push((format!("http.{}.extraHeader", remote.url()), authorization(remote).into()));
        if let Some(file) = &settings.ca_file {
            config.push(("http.sslCAInfo".to_owned(), file.into()));
        }
    }
    set("GIT_CONFIG_COUNT", config.len().to_string().into());
    for (at, (key, value)) in config.into_iter().enumerate() {
        variables.push((format!("GIT_CONFIG_KEY_{at}").into(), key.into()));
        variables.push((format!("GIT_CONFIG_VALUE_{at}").into(), value));
    }
    variables
}

fn scheme(remote: &Remote) -> &'static str {
    if remote.is_plaintext() { "http" } else { "https" }
}

/// Basic, as github.com's git takes no Bearer; sent at once, so that no request is spent on a challenge.
fn authorization(remote: &Remote) -> String {
    let credential = format!("x-access-token:{}", remote.credential().expose_secret());
    format!("Authorization: Basic {}", STANDARD.encode(credential))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::PathBuf};

    use pullwright_types::{Hosts, RepositoryName};
    use uuid::Uuid;

    use super::*;

    fn environment(web: &str, with_remote: bool) -> BTreeMap<String, String> {
        let hosts = format!(r#"[{{"web":"{web}","api":"{web}","git":"{web}"}}]"#);
        let hosts = Hosts::parse(&hosts).unwrap();
        let name = RepositoryName::new("acme", "x").unwrap();
        let remote = Remote::new(Uuid::nil(), hosts.by_web(web).unwrap(), &name, "tok".into());
        variables(
            &GitSettings::new(PathBuf::from("/data")),
            Path::new("/data/home"),
            Path::new("/data/repos/1.git"),
            with_remote.then_some(&remote),
        )
        .into_iter()
        .map(|(name, value)| (name.into_string().unwrap(), value.into_string().unwrap()))
        .collect()
    }

    fn config(environment: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let count: usize = environment["GIT_CONFIG_COUNT"].parse().unwrap();
        let pair = |at| {
            let value = environment[&format!("GIT_CONFIG_VALUE_{at}")].clone();
            (environment[&format!("GIT_CONFIG_KEY_{at}")].clone(), value)
        };
        (0..count).map(pair).collect()
    }

    #[test]
    fn the_credential_is_basic_and_bound_to_the_repository() {
        let config = config(&environment("https://ghe.example", true));
        assert_eq!(
            config["http.https://ghe.example/acme/x.git.extraHeader"],
            "Authorization: Basic eC1hY2Nlc3MtdG9rZW46dG9r"
        );
        assert_eq!(config["protocol.https.allow"], "always");
        assert!(!config.contains_key("protocol.http.allow"));
    }

    #[test]
    fn a_local_command_knows_no_remote_and_no_credential() {
        let environment = environment("https://ghe.example", false);
        assert!(
            environment
                .values()
                .all(|value| !value.contains("Basic") && !value.contains("ghe.example"))
        );
        assert_eq!(environment["GIT_ALLOW_PROTOCOL"], "none");
    }

    #[test]
    fn plain_http_is_allowed_for_a_loopback_host_only() {
        let loopback = environment("http://127.0.0.1:1", true);
        assert_eq!(loopback["GIT_ALLOW_PROTOCOL"], "http");
        assert!(!config(&loopback).contains_key("protocol.https.allow"));
        assert_eq!(environment("https://ghe.example", true)["GIT_ALLOW_PROTOCOL"], "https");
    }

    #[test]
    fn no_setting_is_given_twice() {
        let environment = environment("https://ghe.example", true);
        assert_eq!(config(&environment).len().to_string(), environment["GIT_CONFIG_COUNT"]);
    }
}
