//! The children themselves: what they are given, and that none is left.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pullwright_runner::git::{Engine, GitError, Pushed};

use super::{
    proc::{Process, RecordingGit, Watch, children, script_named_git},
    server::Fault,
    world::{PARAMS, World},
};

async fn none_left(data: &Path, within: Duration) {
    let began = Instant::now();
    loop {
        let left = children(data);
        if left.is_empty() {
            return;
        }
        assert!(began.elapsed() < within, "still there: {left:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

const VARIABLES: &[&str] = &[
    "GIT_ADVICE",
    "GIT_ALLOW_PROTOCOL",
    "GIT_ASKPASS",
    "GIT_ATTR_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_DIR",
    "GIT_LFS_SKIP_SMUDGE",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NO_LAZY_FETCH",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OPTIONAL_LOCKS",
    "GIT_PROTOCOL_FROM_USER",
    "GIT_TERMINAL_PROMPT",
    "HOME",
    "LANG",
    "LC_ALL",
    "PATH",
    "TZ",
];

/// What git sets for its own children, and the shell of the recorder.
const ADDED_BY_GIT_OR_THE_RECORDER: &[&str] = &[
    "GIT_EXEC_PATH",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE2_PARENT_SID",
    "GIT_INTERNAL_TOPLEVEL",
    "GIT_PROTOCOL",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DEFAULT_HASH",
    "PWD",
    "OLDPWD",
    "SHLVL",
    "_",
];

fn is_config(name: &str) -> bool {
    name.starts_with("GIT_CONFIG_KEY_") || name.starts_with("GIT_CONFIG_VALUE_")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_credential_is_only_where_it_must_be_and_nothing_is_inherited() {
    let tools = RecordingGit::make();
    let world = World::start_with(|settings| settings.path = tools.path()).await;
    let basic = STANDARD.encode(format!("x-access-token:{}", world.token));
    let watch = Watch::start(&world.data());
    for n in 0..3 {
        world.git.write(PARAMS, format!("{{\"boost\": {n}}}\n"));
        world.git.commit_to("main");
        let commits = world.edit("{\"boost\": 100}\n").await;
        let branch = format!("pullwright/study-{n}");
        let pushed = world.engine.push_new(&world.remote, &branch, &commits).await.unwrap();
        assert_eq!(pushed, Pushed::Created);
        world.engine.tip(&world.remote, &branch).await.unwrap();
        world.engine.delete_branch(&world.remote, &branch, &commits.head).await.unwrap();
    }
    // The record misses no command of ours; the watch sees what those start in turn.
    let recorded = tools.recorded();
    for command in ["fetch", "push", "cat-file", "fast-import", "ls-remote"] {
        assert!(recorded.iter().any(|process| process.has_word(command)), "{command}");
    }
    for process in &recorded {
        let names = process.environment.keys().map(String::as_str);
        let declared = names.filter(|name| !is_config(name)).collect::<Vec<_>>();
        assert_eq!(declared, VARIABLES, "{:?}", process.argv);
        let local = ["cat-file", "fast-import", "check-attr", "--version"];
        if local.iter().any(|command| process.has_word(command)) {
            assert!(!process.holds(&basic), "{:?} needs no credential", process.argv);
        }
    }
    let watched = watch.seen();
    assert!(
        watched.iter().any(|process| process.argv[0].contains("remote-http")),
        "helpers are seen"
    );
    for process in &watched {
        for name in process.environment.keys().map(String::as_str) {
            let known = VARIABLES.contains(&name) || ADDED_BY_GIT_OR_THE_RECORDER.contains(&name);
            assert!(known || is_config(name), "{name} is inherited by {:?}", process.argv);
        }
    }
    for process in recorded.iter().chain(&watched) {
        let line = process.argv.join(" ");
        assert!(!line.contains(&world.token) && !line.contains(&basic), "{line}");
        assert!(!process.holds(&world.token), "the bare token is nowhere");
        let carriers: Vec<_> =
            process.environment.iter().filter(|(_, value)| value.contains(&basic)).collect();
        assert!(carriers.len() <= 1, "{carriers:?}");
        for (name, value) in carriers {
            assert!(name.starts_with("GIT_CONFIG_VALUE_"), "{name}");
            assert_eq!(*value, format!("Authorization: Basic {basic}"));
        }
    }
    for file in walk(&world.data()) {
        let content = fs::read(&file).unwrap();
        for secret in [&world.token, &basic] {
            let found = content.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "the credential is in {}", file.display());
        }
    }
    assert_eq!(fs::read_dir(world.data().join("home")).unwrap().count(), 0, "home stays empty");
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().filter_map(Result::ok) {
        match entry.file_type().unwrap().is_dir() {
            true => files.extend(walk(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files
}

#[tokio::test]
async fn every_request_carries_basic_and_never_bearer() {
    let world = World::start().await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    world.engine.push_new(&world.remote, "x", &commits).await.unwrap();
    let seen = world.server.seen();
    assert!(seen.len() > 6);
    for request in seen {
        let header = request.headers.get("authorization").map(|value| value.to_str().unwrap());
        assert!(header.is_some_and(|value| value.starts_with("Basic ")), "{}", request.target);
    }
}

#[tokio::test]
async fn a_server_that_hangs_costs_the_limit_and_leaves_no_process() {
    let world = World::start_with(|settings| {
        settings.limits.fetch = Duration::from_millis(700);
        settings.limits.push = Duration::from_millis(700);
    })
    .await;
    let commits = world.edit("{\"boost\": 2}\n").await;
    world.server.break_requests("git", Fault::Hang);
    let began = Instant::now();
    let error = world.engine.open_base(&world.remote, "main", PARAMS, &[]).await.unwrap_err();
    assert!(matches!(error, GitError::TimedOut { .. }), "{error}");
    let pushed = world.engine.push_new(&world.remote, "x", &commits).await.unwrap();
    assert!(matches!(pushed, Pushed::Unknown { .. }), "{pushed:?}");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    none_left(&world.data(), Duration::from_secs(2)).await;
    world.server.mend();
    world.open().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_and_its_helpers_are_bounded_in_memory() {
    let world = World::start_with(|settings| {
        settings.most_memory = 300 << 20;
        settings.limits.fetch = Duration::from_secs(2);
    })
    .await;
    world.server.break_requests("git", Fault::Hang);
    let (engine, remote) = (&world.engine, &world.remote);
    let asked = engine.tip(remote, "main");
    let most = (300 << 20).to_string();
    // A helper is bounded with the command that started it, which takes a moment from outside.
    let bounded = async {
        let is_helper = |process: &Process| process.argv[0].contains("remote-http");
        loop {
            let seen = children(&world.data());
            if seen.iter().any(is_helper) && seen.iter().all(|process| process.memory == most) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (_, bounded) = tokio::join!(asked, tokio::time::timeout(Duration::from_secs(2), bounded));
    bounded.expect("the command and its helper are bounded while they wait");
}

#[tokio::test]
async fn work_that_is_given_up_leaves_no_process() {
    let world = World::start().await;
    world.server.break_requests("git", Fault::Hang);
    let given_up =
        tokio::time::timeout(Duration::from_millis(500), world.engine.tip(&world.remote, "main"));
    assert!(given_up.await.is_err());
    none_left(&world.data(), Duration::from_secs(2)).await;
}

/// A git that ignores the request to end, as does the child that it starts.
const STUBBORN: &str = "#!/bin/sh
trap '' TERM
case \"$*\" in *--version*) echo 'git version 2.47.3'; exit 0;; esac
(trap '' TERM; while :; do /bin/sleep 0.1; done) &
while :; do /bin/sleep 0.1; done
";

#[tokio::test]
async fn a_group_that_ignores_the_request_to_end_is_killed() {
    let tools = tempfile::tempdir().unwrap();
    script_named_git(tools.path(), STUBBORN);
    let world = World::start_with(|settings| {
        settings.path = format!("{}:/usr/bin:/bin", tools.path().display()).into();
        settings.limits.fetch = Duration::from_millis(300);
    })
    .await;
    let began = Instant::now();
    let error = world.engine.tip(&world.remote, "main").await.unwrap_err();
    assert!(matches!(error, GitError::TimedOut { .. }), "{error}");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    none_left(&world.data(), Duration::from_secs(2)).await;
}

#[tokio::test]
async fn an_old_git_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    script_named_git(folder.path(), "#!/bin/sh\necho git version 2.31.9\n");
    let mut settings = pullwright_runner::git::GitSettings::new(folder.path().join("data"));
    settings.path = folder.path().into();
    let refused = pullwright_runner::git::ProcessEngine::start(settings, Default::default()).await;
    assert!(refused.err().unwrap().to_string().contains("2.31.9"));
}
