//! Everything that runs on this machine, looked at again and again by a thread of its own: arguments and environments.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{JoinHandle, sleep, spawn},
    time::{Duration, Instant},
};

pub(super) use pullwright_testkit::programs::Program;

/// What a program is called among those that git starts.
pub(super) trait Titled {
    /// `git fetch`, `git-remote-http`: the program without its folder, and git's command.
    fn title(&self) -> String;
}

impl Titled for Program {
    fn title(&self) -> String {
        let words = self.words();
        let name = words[0].rsplit('/').next().unwrap_or_default().to_owned();
        if name != "git" {
            return name;
        }
        let mut rest = words.iter().skip(1);
        while let Some(word) = rest.next() {
            match word.as_str() {
                "-c" | "--shallow-file" => drop(rest.next()),
                option if option.starts_with('-') => {}
                command => return format!("git {command}"),
            }
        }
        name
    }
}

/// Looks until it is asked what it saw.
pub(super) struct Sampler {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Program>>,
}

impl Sampler {
    pub(super) fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let thread = spawn(move || {
            let mut seen = Seen::default();
            loop {
                let last = told.load(Ordering::Relaxed);
                seen.look();
                if last {
                    return seen.programs;
                }
                sleep(PAUSE);
            }
        });
        Self { stop, thread }
    }

    /// Every program that was seen, each once per process; the last look begins after this call.
    pub(super) fn stop(self) -> Vec<Program> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the sampler reads files only")
    }
}

/// Short beside the children of git that wait for an answer, and long beside a look.
const PAUSE: Duration = Duration::from_millis(8);
/// A process becomes another program soon after it was made, or never.
const YOUNG: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Seen {
    /// The processes of the last look, since when they are known, and the arguments they had.
    known: HashMap<u32, (Instant, Vec<u8>)>,
    programs: Vec<Program>,
}

impl Seen {
    fn look(&mut self) {
        let now = Instant::now();
        let mut present = HashMap::with_capacity(self.known.len());
        for entry in std::fs::read_dir("/proc").expect("Linux").flatten() {
            let name = entry.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
                continue;
            };
            let (since, mut arguments) =
                self.known.remove(&pid).unwrap_or_else(|| (now, Vec::new()));
            if now - since < YOUNG {
                arguments = self.read(&entry.path(), arguments);
            }
            present.insert(pid, (since, arguments));
        }
        self.known = present;
    }

    /// Takes a process' program down if it is a new one; gives its arguments.
    fn read(&mut self, process: &Path, known: Vec<u8>) -> Vec<u8> {
        // Most looks find what the last one found.
        if std::fs::read(process.join("cmdline")).is_ok_and(|arguments| arguments == known) {
            return known;
        }
        let Some(program) = Program::read(process) else { return known };
        let arguments = program.arguments.clone();
        if arguments != known {
            self.programs.push(program);
        }
        arguments
    }
}
