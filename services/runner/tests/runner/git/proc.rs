//! The engine's children as `/proc` shows them, watched or written down.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use pullwright_testkit::programs::Program;

/// A process as `/proc` shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Process {
    pub(crate) argv: Vec<String>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) memory: String,
}

/// What the tests look at of a program; `None` of one that has no limits any more.
fn process(program: &Program, limits: &[u8]) -> Option<Process> {
    let limits = String::from_utf8_lossy(limits).into_owned();
    let memory = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let variables = program.variables.iter().map(|(name, value)| (name.clone(), text(value)));
    Some(Process {
        argv: program.words(),
        environment: variables.collect(),
        memory: memory.split_whitespace().next()?.to_owned(),
    })
}

/// The processes whose environment names this data folder: the engine's children and theirs.
pub(crate) fn children(data: &Path) -> Vec<Process> {
    let data = data.to_str().unwrap();
    let read = |folder: &Path| {
        let process = process(&Program::read(folder)?, &fs::read(folder.join("limits")).ok()?)?;
        let ceiling = process.environment.get("GIT_CEILING_DIRECTORIES");
        ceiling.is_some_and(|folder| folder == data).then_some(process)
    };
    let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    entries.filter_map(|entry| read(&entry.path())).collect()
}

/// Looks at the engine's children all the time, until it is dropped.
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    seen: Arc<Mutex<BTreeSet<Process>>>,
}

impl Watch {
    pub(crate) fn start(data: &Path) -> Self {
        let watch = Self { stop: Arc::default(), seen: Arc::default() };
        let (data, stop, seen) = (data.to_owned(), watch.stop.clone(), watch.seen.clone());
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                seen.lock().unwrap().extend(children(&data));
            }
        });
        watch
    }

    pub(crate) fn seen(&self) -> BTreeSet<Process> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Process {
    /// Whether an argument is exactly this.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        self.argv.iter().any(|argument| argument == word)
    }

    /// Whether an environment variable contains this.
    pub(crate) fn holds(&self, text: &str) -> bool {
        self.environment.values().any(|value| value.contains(text))
    }
}

/// A git that writes down how it was started and then is the real one.
pub(crate) struct RecordingGit(tempfile::TempDir);

impl RecordingGit {
    pub(crate) fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let real = ["/usr/local/bin/git", "/usr/bin/git"]
            .into_iter()
            .find(|file| Path::new(file).exists());
        let (log, real) = (folder.path().display(), real.unwrap());
        let script = format!(
            "#!/bin/sh\nfor part in environ cmdline limits; do cat /proc/$$/$part > {log}/$$.$part; done\nexec {real} \"$@\"\n"
        );
        script_named_git(folder.path(), &script);
        Self(folder)
    }

    pub(crate) fn path(&self) -> std::ffi::OsString {
        format!("{}:/usr/local/bin:/usr/bin:/bin", self.0.path().display()).into()
    }

    pub(crate) fn recorded(&self) -> Vec<Process> {
        let files = fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().path());
        let started = files.filter(|file| file.extension().is_some_and(|part| part == "environ"));
        let read = |file: std::path::PathBuf| {
            let part = |part: &str| fs::read(file.with_extension(part)).unwrap();
            let program = Program::of(part("cmdline"), &part("environ"));
            let mut process = process(&program, &part("limits")).unwrap();
            // The interpreter's own name.
            process.argv.remove(0);
            process
        };
        started.map(read).collect()
    }
}

pub(crate) fn script_named_git(folder: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let file = folder.join("git");
    fs::write(&file, script).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}
