//! The children themselves: what they are given, and that none is left.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pullwright_runner::git::{Engine, GitError, Pushed};

use super::{
    server::Fault,
    world::{PARAMS, World},
};

/// A process as `/proc` shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Process {
    argv: Vec<String>,
    environment: BTreeMap<String, String>,
}

/// The processes whose environment names this data folder: the engine's children and theirs.
fn children(data: &Path) -> Vec<Process> {
    let data = data.to_str().unwrap();
    let words = |bytes: Vec<u8>| -> Vec<String> {
        String::from_utf8_lossy(&bytes).split_terminator('\0').map(str::to_owned).collect()
    };
    let read = |folder: &Path| {
        let environment = words(fs::read(folder.join("environ")).ok()?);
        let argv = words(fs::read(folder.join("cmdline")).ok()?);
        let environment: BTreeMap<_, _> = environment
            .iter()
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let ours = environment.get("GIT_CEILING_DIRECTORIES").is_some_and(|value| value == data);
        (ours && !argv.is_empty()).then_some(Process { argv, environment })
    };
    let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    entries.filter_map(|entry| read(&entry.path())).collect()
}

/// Looks at the engine's children all the time, until it is asked what it saw.
struct Watch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<BTreeSet<Process>>,
}

impl Watch {
    fn start(data: &Path) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (data, stopped) = (data.to_owned(), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let mut seen = BTreeSet::new();
            while !stopped.load(Ordering::Relaxed) {
                seen.extend(children(&data));
            }
            seen
        });
        Self { stop, thread }
    }

    fn seen(self) -> BTreeSet<Process> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

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

/// What git itself adds for its own children.
const GITS_OWN: &[&str] = &[
    "GIT_EXEC_PATH",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_TRACE2_PARENT_SID",
    "GIT_INTERNAL_TOPLEVEL",
    "GIT_PROTOCOL",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DEFAULT_HASH",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_credential_is_only_where_it_must_be_and_nothing_is_inherited() {
    let world = World::start().await;
    let basic = STANDARD.encode(format!("x-access-token:{}", world.token));
    let watch = Watch::start(&world.data());
    for n in 0..5 {
        world.git.write(PARAMS, format!("{{\"boost\": {n}}}\n"));
        world.git.commit_to("main");
        let commits = world.edit("{\"boost\": 100}\n").await;
        let branch = format!("pullwright/study-{n}");
        let pushed = world.engine.push_new(&world.remote, &branch, &commits).await.unwrap();
        assert_eq!(pushed, Pushed::Created);
        world.engine.tip(&world.remote, &branch).await.unwrap();
        world.engine.delete_branch(&world.remote, &branch, &commits.head).await.unwrap();
    }
    let seen = watch.seen();
    let mut commands = BTreeSet::new();
    for process in &seen {
        let line = process.argv.join(" ");
        assert!(!line.contains(&world.token) && !line.contains(&basic), "{line}");
        let carriers: Vec<_> = process
            .environment
            .iter()
            .filter(|(_, value)| value.contains(&world.token) || value.contains(&basic))
            .collect();
        let command = process
            .argv
            .iter()
            .skip(1)
            .find(|word| !word.starts_with('-') && !word.contains('='))
            .cloned()
            .unwrap_or_default();
        if matches!(command.as_str(), "cat-file" | "fast-import" | "check-attr") {
            assert!(carriers.is_empty(), "{line} needs no credential");
        }
        assert!(
            carriers.iter().all(|(name, _)| name.starts_with("GIT_CONFIG_VALUE_")),
            "{carriers:?}"
        );
        assert!(
            carriers.len() <= 1
                && carriers.iter().all(|(_, value)| value.starts_with("Authorization: Basic "))
        );
        for name in process.environment.keys() {
            let pair = name.starts_with("GIT_CONFIG_KEY_") || name.starts_with("GIT_CONFIG_VALUE_");
            let known = VARIABLES.contains(&name.as_str()) || GITS_OWN.contains(&name.as_str());
            assert!(pair || known, "{name} is not declared ({line})");
        }
        commands.insert(command);
    }
    for command in ["fetch", "push", "cat-file", "fast-import", "ls-remote"] {
        assert!(commands.contains(command), "{command} was not seen among {commands:?}");
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
    use std::os::unix::fs::PermissionsExt;
    let tools = tempfile::tempdir().unwrap();
    fs::write(tools.path().join("git"), STUBBORN).unwrap();
    fs::set_permissions(tools.path().join("git"), fs::Permissions::from_mode(0o755)).unwrap();
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
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("git"), "#!/bin/sh\necho git version 2.31.9\n").unwrap();
    fs::set_permissions(folder.path().join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut settings = pullwright_runner::git::GitSettings::new(folder.path().join("data"));
    settings.path = folder.path().into();
    let refused = pullwright_runner::git::ProcessEngine::start(settings, Default::default()).await;
    assert!(refused.err().unwrap().to_string().contains("2.31.9"));
}
