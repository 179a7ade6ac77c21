//! What the documents for operators say, held against the code: error codes, settings, links.

use std::{collections::BTreeSet, fs, path::Path};

use pullwright_proto::error::ErrorReason;

/// A service: its folder below `services`, its prefix, and the file that lists its variables.
const SERVICES: [(&str, &str, &str); 4] = [
    ("ingress", "INGRESS_", "ingress.env.example"),
    ("proposal", "PROPOSAL_", "proposal.env.example"),
    ("repo-registry", "REGISTRY_", "registry.env.example"),
    ("runner", "RUNNER_", "runner.env.example"),
];

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A source without its tests.
fn source(path: &str) -> String {
    let all = text(path);
    all.split("#[cfg(test)]").next().unwrap().to_owned()
}

/// What stands between `before` and the next `after`, each time.
fn between<'t>(text: &'t str, before: &str, after: char) -> Vec<&'t str> {
    text.split(before).skip(1).map(|rest| rest.split(after).next().unwrap()).collect()
}

/// Texts between backticks, code blocks left out.
fn quoted(markdown: &str) -> Vec<&str> {
    markdown
        .split("```")
        .step_by(2)
        .flat_map(str::lines)
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect()
}

fn is_variable(name: &str) -> bool {
    name.contains('_')
        && !name.ends_with('_')
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The variables that are named in a source, each as it should be given: a secret by its file.
fn named(source: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let parts: Vec<&str> = source.split('"').collect();
    for (before, literal) in parts.iter().zip(parts.iter().skip(1)).step_by(2) {
        let name = literal.replace("{prefix}", prefix);
        // Libraries build names from the prefix; whole names stand in the service itself.
        let is_secret = before.trim_end().trim_end_matches("&format!(").ends_with("secret(");
        if is_variable(&name) {
            names.insert(if is_secret { format!("{name}_FILE") } else { name });
        }
    }
    names
}

/// The variables that a service reads: its own, and those that libraries read for it.
fn read_by(service: &str, prefix: &str) -> BTreeSet<String> {
    let own = source(&format!("services/{service}/src/settings.rs"));
    let main = source(&format!("services/{service}/src/main.rs"));
    let mut names = named(&own, prefix);
    if main.contains("pullwright_telemetry::Settings::read") {
        assert!(source("libs/telemetry/src/settings.rs").contains("text(\"LOG\")"));
        names.insert("LOG".to_owned());
    }
    if own.contains("environment_name(") {
        assert!(source("libs/settings/src/deployment.rs").contains("text(\"ENVIRONMENT\")"));
        names.insert("ENVIRONMENT".to_owned());
    }
    if own.contains("server::Settings::read") {
        names.extend(named(&source("libs/rpc/src/server.rs"), prefix));
    }
    let client = source("libs/rpc/src/client.rs");
    assert!(client.contains("{prefix}{callee}_ADDR"), "the name of an address is built otherwise");
    for call in between(&own, "client::Settings::read(", ')') {
        let callee = call.rsplit('"').nth(1).expect("a call names its callee");
        names.insert(format!("{prefix}{callee}_ADDR"));
        names.extend(named(&client, prefix));
    }
    if own.contains("pullwright_pg::Settings::read") {
        let pg = source("libs/pg/src/settings.rs");
        assert!(pg.contains("{prefix}DATABASE_{name}"), "the name is built otherwise");
        let parts = between(&pg, "name(\"", '"').into_iter().collect::<BTreeSet<_>>();
        assert!(parts.contains("URL"), "{parts:?}");
        names.extend(parts.into_iter().map(|part| match part {
            "URL" => format!("{prefix}DATABASE_URL_FILE"),
            part => format!("{prefix}DATABASE_{part}"),
        }));
    }
    names
}

/// The variables of an example file, each with a line of comment above it or above its group.
fn listed(file: &str) -> BTreeSet<String> {
    let text = text(&format!("deploy/env/{file}"));
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split_once('=').expect(line).0.to_owned()).collect()
}

fn every_variable() -> BTreeSet<String> {
    SERVICES.iter().flat_map(|(service, prefix, _)| read_by(service, prefix)).collect()
}

#[test]
fn every_error_code_is_explained_to_operators() {
    let page = text("docs/OPERATIONS.md");
    let explained: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .map(|(code, _)| code)
        .collect();
    let reasons: Vec<ErrorReason> =
        (0..1000).filter_map(|number| ErrorReason::try_from(number).ok()).collect();
    assert!(reasons.len() > 40, "the values are found");
    for reason in reasons.into_iter().filter(|reason| *reason != ErrorReason::Unspecified) {
        assert!(explained.contains(reason.reason()), "{} has no row", reason.reason());
    }
}

#[test]
fn no_error_code_is_explained_that_does_not_exist() {
    let page = text("docs/OPERATIONS.md");
    let (_, codes) = page.split_once("\n## Error codes\n").expect("the section");
    let rows = codes.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    for (code, _) in rows {
        assert!(ErrorReason::from_reason(code).is_some(), "{code} is no reason of the contract");
    }
}

#[test]
fn every_setting_is_listed_and_every_listed_setting_is_read() {
    for (service, prefix, file) in SERVICES {
        assert_eq!(read_by(service, prefix), listed(file), "{service}: read, and listed in {file}");
    }
}

#[test]
fn the_documents_name_settings_that_exist() {
    let known = every_variable();
    let readme = text("README.md");
    let (_, settings) = readme.split_once("\n## Settings\n").expect("the section");
    let settings = settings.split("\n## ").next().unwrap();
    let operations = text("docs/OPERATIONS.md");
    let is_setting = |name: &str| SERVICES.iter().any(|(_, prefix, _)| name.starts_with(prefix));
    let mut checked = 0;
    for name in quoted(settings).into_iter().chain(quoted(&operations)) {
        if let Some(end) = name.strip_prefix('…').filter(|end| end.starts_with('_')) {
            assert!(known.iter().any(|known| known.ends_with(end)), "nothing ends with {end}");
        } else if is_variable(name) && is_setting(name) && ErrorReason::from_reason(name).is_none()
        {
            assert!(known.contains(name), "{name} is read by nobody");
            checked += 1;
        }
    }
    assert!(checked > 20, "the names are found: {checked}");
}

#[test]
fn links_between_documents_lead_somewhere() {
    for (page, folder) in
        [("README.md", ""), ("docs/OPERATIONS.md", "docs/"), ("docs/ARCHITECTURE.md", "docs/")]
    {
        let markdown = text(page);
        let links = between(&markdown, "](", ')').into_iter().filter(|to| !to.contains("://"));
        for link in links {
            let path = link.split('#').next().unwrap();
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            assert!(root.join(folder).join(path).exists(), "{page} links to {link}");
        }
    }
}
