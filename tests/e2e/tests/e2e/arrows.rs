//! The design's arrows, read from manifests and `use` lines.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Our crates that a crate depends on, tests left out.
fn dependencies(manifest: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(manifest)
        .unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
    let start =
        text.find("\n[dependencies]").map_or(text.len(), |at| at + "\n[dependencies]".len());
    let section = text[start..].split("\n[").next().unwrap_or_default();
    section
        .lines()
        .filter_map(|line| {
            line.split(['.', ' ', '=']).next()?.strip_prefix("pullwright-").map(str::to_owned)
        })
        .collect()
}

fn crates(folder: &str) -> Vec<(String, PathBuf)> {
    let mut found: Vec<_> = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .collect();
    found.sort();
    found
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

/// Nothing below `folder` mentions any of `words` outside comments.
fn knows_nothing_of(folder: &str, words: &[&str]) {
    let files = sources(&root().join(folder));
    assert!(!files.is_empty(), "{folder} has no sources");
    for (path, text) in files {
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for word in words {
                assert!(
                    !line.contains(word),
                    "{}:{}: `{word}`: {line}",
                    path.display(),
                    number + 1
                );
            }
        }
    }
}

#[test]
fn no_service_depends_on_another() {
    let services = crates("services");
    let names: BTreeSet<String> = services.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(
        names,
        ["cli", "ingress", "proposal", "repo-registry", "runner"].map(str::to_owned).into()
    );
    for (service, path) in services {
        let both: Vec<_> =
            dependencies(&path.join("Cargo.toml")).intersection(&names).cloned().collect();
        assert!(both.is_empty(), "{service} depends on {both:?}");
    }
}

#[test]
fn libraries_depend_downwards_only() {
    let allowed: &[(&str, &[&str])] = &[
        ("github", &["redact", "settings", "types"]),
        ("headless", &["redact", "types"]),
        ("mention", &[]),
        ("params", &[]),
        ("pg", &["settings"]),
        ("proto", &[]),
        ("redact", &[]),
        ("rpc", &["proto", "settings", "telemetry"]),
        ("settings", &[]),
        ("telemetry", &["redact", "settings"]),
        ("testkit", &[]),
        ("types", &[]),
    ];
    let libraries = crates("libs");
    let names: Vec<&str> = libraries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        allowed.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        "draw the new library here"
    );
    for ((library, path), (_, allowed)) in libraries.iter().zip(allowed) {
        for dependency in dependencies(&path.join("Cargo.toml")) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{library} must not depend on {dependency}"
            );
        }
    }
}

#[test]
fn only_tests_know_the_testkit_and_the_forge() {
    for (name, path) in crates("services").into_iter().chain(crates("libs")) {
        let known = dependencies(&path.join("Cargo.toml"));
        assert!(
            !known.contains("testkit") && !known.contains("forge") && !known.contains("harness"),
            "{name}: {known:?}"
        );
    }
}

#[test]
fn domains_know_no_transport_no_sql_and_no_clock() {
    let words = [
        "pullwright_proto",
        "tonic",
        "tokio",
        "deadpool",
        "postgres",
        "pullwright_pg",
        "redis",
        "reqwest",
        "now()",
    ];
    for service in ["proposal", "repo-registry"] {
        knows_nothing_of(&format!("services/{service}/src/domain"), &words);
    }
}

#[test]
fn stores_know_no_wire() {
    for service in ["proposal", "repo-registry"] {
        knows_nothing_of(
            &format!("services/{service}/src/store"),
            &["pullwright_proto", "tonic::"],
        );
    }
}

#[test]
fn ingress_touches_neither_stores_nor_git_nor_github() {
    knows_nothing_of(
        "services/ingress/src",
        &["postgres", "redis::", "pullwright_github", "process::Command", "reqwest"],
    );
}

#[test]
fn the_runner_touches_no_postgresql_and_the_ledger_calls_nothing_outside() {
    knows_nothing_of("services/runner/src", &["tokio_postgres", "deadpool", "pullwright_pg"]);
    knows_nothing_of("services/proposal/src", &["reqwest", "redis::", "process::Command", "axum"]);
}

#[test]
fn git_and_the_texts_of_the_runner_know_no_jobs() {
    knows_nothing_of(
        "services/runner/src/git",
        &["crate::jobs", "crate::worker", "crate::lock", "crate::ledger", "tonic"],
    );
    knows_nothing_of(
        "services/runner/src/text",
        &["crate::jobs", "crate::git", "crate::ledger", "tokio"],
    );
}

#[test]
fn files_stay_readable() {
    for folder in ["services", "libs", "tests"] {
        for (path, text) in sources(&root().join(folder)) {
            let lines = text.lines().count();
            assert!(
                lines <= 400,
                "{} has {lines} lines: it usually holds two ideas",
                path.display()
            );
            let opens = text.trim_start().starts_with("//!");
            assert!(opens, "{} does not say what it is for", path.display());
        }
    }
}
